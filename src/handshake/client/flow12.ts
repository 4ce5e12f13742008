import type { Flow } from '../../flow/index.ts';
import { finished12, masterSecret } from '../../schedule/index.ts';
import {
  Finished,
  frame,
  HandshakeType,
  readExtensions,
  SERVER_HELLO_12_EXTENSIONS,
  type ServerHello,
  ServerHelloDone,
} from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import type { Established } from '../established.ts';
import { checkFinished } from '../finished.ts';
import { Keys12 } from '../keys12.ts';
import type { VerifiedIdentity } from '../peer.ts';
import { ClientAfter12 } from './after12.ts';
import {
  type CertificateDemand12,
  readDemand12,
  readServerCertificate,
  sendCertificate,
  sendProof,
} from './authenticate12.ts';
import type { ExchangeContext, ExchangeResult } from './exchange12.ts';
import { type Answer12, readHello12 } from './hello12.ts';
import type { ClientHandshake, Offer } from './offer.ts';

/** TLS 1.2 from the ServerHello on: a full handshake (RFC 5246, figure 1). */
export function* client12(hs: ClientHandshake, offer: Offer, hello: ServerHello): Flow<Established> {
  const answer = readHello12(hs, offer, hello, readExtensions(SERVER_HELLO_12_EXTENSIONS, hello.extensions));
  const { suite, exchange } = answer;
  hs.link.setVersion('TLSv1.2', exchange.kind);
  hs.transcript.start(suite.hash, true);
  const { peer, next } = yield* readServerCertificate(hs, answer, afterCertificate(answer));
  const rest = yield* readServerFlight(hs, answer, peer, next);
  if (rest.demand === null) hs.transcript.forget();
  const credential = rest.demand === null ? null : yield* sendCertificate(hs, rest.demand);
  hs.sendBytes(frame(HandshakeType.client_key_exchange, rest.exchanged.message));
  const binding = answer.extendedMasterSecret
    ? ({ kind: 'extended', sessionHash: hs.transcript.hash() } as const)
    : ({ kind: 'randoms', client: offer.random, server: hello.random } as const);
  const master = masterSecret(suite.hash, rest.exchanged.premaster, binding, hs.vault);
  hs.logKey('CLIENT_RANDOM', master.reveal());
  if (credential !== null) yield* sendProof(hs, credential, rest.demand!);
  hs.transcript.forget();
  const keys = new Keys12(hs.life(), suite, master, offer.random, hello.random, answer.encryptThenMac);
  keys.sendChangeCipherSpec();
  const ownFinished = finished12(suite.hash, master.reveal(), 'client', hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, ownFinished);
  keys.awaitChangeCipherSpec();
  const expected = finished12(suite.hash, master.reveal(), 'server', hs.transcript.hash());
  const finished = checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = finished;
  hs.facts.resumed = false;
  return { proofs: { peer, finished }, after: new ClientAfter12(hs.life(), suite, keys) };
}

interface ServerFlight {
  readonly exchanged: ExchangeResult;
  readonly demand: CertificateDemand12 | null;
}

const DONE: readonly number[] = [HandshakeType.certificate_request, HandshakeType.server_hello_done];

function afterCertificate({ exchange }: Answer12): readonly number[] {
  if (exchange.params === 'none') return DONE;
  const params = [HandshakeType.server_key_exchange];
  return exchange.params === 'required' ? params : [...params, ...DONE];
}

/** What follows the server's certificate, up to ServerHelloDone. */
function* readServerFlight(
  hs: ClientHandshake,
  answer: Answer12,
  peer: VerifiedIdentity,
  first: RawMessage,
): Flow<ServerFlight> {
  const { exchange } = answer;
  let message = first;
  const hasParams = message.type === HandshakeType.server_key_exchange;
  const context: ExchangeContext = {
    suite: answer.suite,
    serverKey: peer.publicKey,
    clientRandom: answer.clientRandom,
    serverRandom: answer.serverRandom,
  };
  const exchanged = yield* exchange.run(hs, context, hasParams ? message : null);
  if (hasParams) message = yield* hs.next(...DONE);
  const demand = message.type === HandshakeType.certificate_request ? readDemand12(hs, message) : null;
  hs.facts.certificateRequested = demand !== null;
  if (demand !== null) message = yield* hs.next(HandshakeType.server_hello_done);
  hs.decode(ServerHelloDone, message);
  return { exchanged, demand };
}
