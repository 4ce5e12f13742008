import { copyBytes, type Secret } from '../../bytes/index.ts';
import type { PublicKey, Suite12 } from '../../crypto/index.ts';
import type { Flow } from '../../flow/index.ts';
import { finished12, masterSecret } from '../../schedule/index.ts';
import {
  Finished,
  frame,
  HandshakeType,
  NewSessionTicket12,
  readExtensions,
  SERVER_HELLO_12_EXTENSIONS,
  type ServerHello,
  ServerHelloDone,
} from '../../wire/index.ts';
import { resumedProof } from '../authentication.ts';
import { previousHandshake, type RawMessage } from '../context.ts';
import type { Established, Proofs } from '../established.ts';
import { checkFinished, type VerifiedFinished } from '../finished.ts';
import { Keys12 } from '../keys12.ts';
import type { Session } from '../session.ts';
import { ClientAfter12 } from './after12.ts';
import {
  type CertificateDemand12,
  readDemand12,
  readServerCertificate,
  sendCertificate,
  sendProof,
} from './authenticate12.ts';
import { type Answer12, readHello12 } from './hello12.ts';
import { identityOf, keepSession, keptIdentity } from './resume.ts';
import type { ClientHandshake, ExchangeContext, ExchangeResult, Offer } from './settings.ts';
import { startClient } from './start.ts';

/** TLS 1.2 from the ServerHello on. */
export function* client12(hs: ClientHandshake, offer: Offer, hello: ServerHello): Flow<Established> {
  const answer = readHello12(hs, offer, hello, readExtensions(SERVER_HELLO_12_EXTENSIONS, hello.extensions));
  hs.link.setVersion('TLSv1.2', answer.exchange.kind);
  hs.transcript.start(answer.suite.hash, answer.session === null);
  if (answer.session !== null) return yield* resume12(hs, answer, answer.session);
  return yield* full12(hs, answer);
}

/** A full handshake (RFC 5246, figure 1). */
function* full12(hs: ClientHandshake, answer: Answer12): Flow<Established> {
  hs.facts.resumed = false;
  const { proof, key, next } = yield* authenticateServer(hs, answer);
  const { exchanged, demand } = yield* readServerFlight(hs, answer, key, next);
  if (demand === null) hs.transcript.forget();
  const credential = demand === null ? null : yield* sendCertificate(hs, demand);
  hs.sendBytes(frame(HandshakeType.client_key_exchange, exchanged.message));
  const master = agreeOnMaster(hs, answer, exchanged.premaster);
  if (credential !== null) yield* sendProof(hs, credential, demand!);
  hs.transcript.forget();
  const keys = keysOf(hs, answer, master);
  const ownFinished = sendFinished(hs, answer, master, keys);
  const ticket = yield* readTicket(hs, answer);
  const finished = yield* readFinished(hs, answer, master, keys);
  yield* saveSession(hs, answer, master, ticket);
  return established(hs, answer, keys, { peer: proof, finished }, ownFinished);
}

interface Authenticated {
  readonly proof: Proofs['peer'];
  /** The server's public key; null where a pre-shared one takes its place. */
  readonly key: PublicKey | null;
  /** The message after the certificate. */
  readonly next: RawMessage;
}

/** The server's certificate; or the pre-shared key, of which Finished will prove that both ends have the same. */
function* authenticateServer(hs: ClientHandshake, answer: Answer12): Flow<Authenticated> {
  const following = afterCertificate(answer);
  if (answer.suite.auth === null) {
    hs.facts.peer = null;
    hs.facts.peerScheme = null;
    return { proof: resumedProof(null), key: null, next: yield* hs.next(...following) };
  }
  const { peer, next } = yield* readServerCertificate(hs, answer, following);
  return { proof: peer, key: peer.publicKey, next };
}

/** An abbreviated handshake (RFC 5246, figure 2; RFC 5077, figure 2): the server finishes first. */
function* resume12(hs: ClientHandshake, answer: Answer12, session: Session): Flow<Established> {
  hs.facts.resumed = true;
  const identity = yield* identityOf(hs, session);
  hs.facts.group = session.group;
  const master = hs.vault.keep(copyBytes(session.secret));
  hs.logKey('CLIENT_RANDOM', master.reveal());
  const keys = keysOf(hs, answer, master);
  const ticket = yield* readTicket(hs, answer);
  const finished = yield* readFinished(hs, answer, master, keys);
  const ownFinished = sendFinished(hs, answer, master, keys);
  if (ticket !== null) yield* saveSession(hs, answer, master, ticket);
  return established(hs, answer, keys, { peer: resumedProof(identity), finished }, ownFinished);
}

function agreeOnMaster(hs: ClientHandshake, answer: Answer12, premaster: Uint8Array): Secret {
  const { suite, extendedMasterSecret, clientRandom: client, serverRandom: server } = answer;
  const binding = extendedMasterSecret
    ? ({ kind: 'extended', sessionHash: hs.transcript.hash() } as const)
    : ({ kind: 'randoms', client, server } as const);
  const master = masterSecret(suite.hash, premaster, binding, hs.vault);
  hs.logKey('CLIENT_RANDOM', master.reveal());
  return master;
}

function keysOf(hs: ClientHandshake, answer: Answer12, master: Secret): Keys12 {
  return new Keys12(hs.life(), answer.suite, master, answer.clientRandom, answer.serverRandom, answer.encryptThenMac);
}

function sendFinished(hs: ClientHandshake, answer: Answer12, master: Secret, keys: Keys12): Uint8Array {
  keys.sendChangeCipherSpec();
  const verifyData = finished12(answer.suite.hash, master.reveal(), 'client', hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, verifyData);
  return verifyData;
}

function* readFinished(hs: ClientHandshake, answer: Answer12, master: Secret, keys: Keys12): Flow<VerifiedFinished> {
  keys.awaitChangeCipherSpec();
  const expected = finished12(answer.suite.hash, master.reveal(), 'server', hs.transcript.hash());
  return checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
}

/** A server that announced a ticket sends one, perhaps an empty one (RFC 5077, section 3.3). */
function* readTicket(hs: ClientHandshake, answer: Answer12): Flow<NewSessionTicket12 | null> {
  return answer.willTicket ? yield* hs.read(HandshakeType.new_session_ticket, NewSessionTicket12) : null;
}

/** Seconds that a session may be offered for, where the server does not say. */
const DEFAULT_LIFETIME = 7200;

function* saveSession(
  hs: ClientHandshake,
  answer: Answer12,
  master: Secret,
  ticket: NewSessionTicket12 | null,
): Flow<boolean> {
  const hasTicket = ticket !== null && ticket.ticket.length > 0;
  if (!hasTicket && answer.sessionId.length === 0) return false;
  const hint = ticket === null ? 0 : ticket.ticket_lifetime_hint;
  return yield* keepSession(hs, {
    version: 'TLSv1.2',
    suite: answer.suite.id,
    secret: master.reveal().slice(),
    ticket: hasTicket ? ticket.ticket.slice() : new Uint8Array(0),
    id: hasTicket ? new Uint8Array(0) : answer.sessionId.slice(),
    ageAdd: 0,
    receivedAt: hs.settings.now(),
    lifetime: hint === 0 ? DEFAULT_LIFETIME : hint,
    maxEarlyData: 0,
    extendedMasterSecret: answer.extendedMasterSecret,
    serverName: hs.settings.serverName,
    alpn: hs.facts.alpn ?? null,
    ...keptIdentity(hs.facts),
  });
}

function established(
  hs: ClientHandshake,
  answer: Answer12,
  keys: Keys12,
  proofs: Proofs,
  ownFinished: Uint8Array,
): Established {
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = proofs.finished;
  const again = {
    before: previousHandshake(hs.facts, ownFinished, proofs.finished),
    count: hs.before === null ? 0 : 1,
    begin: startClient,
  };
  return { proofs, facts: hs.facts, after: new ClientAfter12(hs.life(), answer.suite, keys, again) };
}

interface ServerFlight {
  readonly exchanged: ExchangeResult;
  readonly demand: CertificateDemand12 | null;
}

const DONE: readonly number[] = [HandshakeType.certificate_request, HandshakeType.server_hello_done];

function afterCertificate({ exchange, suite }: Answer12): readonly number[] {
  if (exchange.params === 'none') return doneFor(suite);
  const params = [HandshakeType.server_key_exchange];
  return exchange.params === 'required' ? params : [...params, ...doneFor(suite)];
}

/** Only a server that shows a certificate may ask for one (RFC 5246, section 7.4.4). */
function doneFor({ auth }: Suite12): readonly number[] {
  return auth === null ? [HandshakeType.server_hello_done] : DONE;
}

/** What follows the server's certificate, up to ServerHelloDone. */
function* readServerFlight(
  hs: ClientHandshake,
  answer: Answer12,
  serverKey: PublicKey | null,
  first: RawMessage,
): Flow<ServerFlight> {
  const { exchange } = answer;
  let message = first;
  const hasParams = message.type === HandshakeType.server_key_exchange;
  const context: ExchangeContext = {
    suite: answer.suite,
    serverKey,
    clientRandom: answer.clientRandom,
    serverRandom: answer.serverRandom,
  };
  const exchanged = yield* exchange.run(hs, context, hasParams ? message : null);
  if (hasParams) message = yield* hs.next(...doneFor(answer.suite));
  const demand = message.type === HandshakeType.certificate_request ? readDemand12(hs, message) : null;
  hs.facts.certificateRequested = demand !== null;
  if (demand !== null) message = yield* hs.next(HandshakeType.server_hello_done);
  hs.decode(ServerHelloDone, message);
  return { exchanged, demand };
}
