import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { EarlyStage, type HandshakeStage } from '../../schedule/index.ts';
import {
  ExtensionType,
  Finished,
  HandshakeType,
  isHelloRetryRequest,
  readExtensions,
  SERVER_HELLO_13_EXTENSIONS,
  type ServerHello,
} from '../../wire/index.ts';
import type { Established } from '../established.ts';
import { checkAnswers } from '../extensions.ts';
import { checkFinished } from '../finished.ts';
import { Traffic13 } from '../traffic13.ts';
import { ClientAfter13 } from './after13.ts';
import { authenticateServer, optionalCertificateRequest, sendClientAuthentication } from './authenticate13.ts';
import { readEncryptedExtensions } from './encrypted-extensions.ts';
import type { ClientHandshake, Offer } from './offer.ts';
import { type AnsweredOffer, retry, selectedSuite13, typesOf } from './retry.ts';

/** TLS 1.3 from the ServerHello on (RFC 9846, figure 1). */
export function* client13(hs: ClientHandshake, first: Offer, answer: ServerHello): Flow<Established> {
  hs.link.setVersion('TLSv1.3', null);
  hs.link.expectChangeCipherSpec('drop');
  const { offer, hello, suite } = yield* settleHello(hs, first, answer);
  const stage = yield* agree(hs, offer, hello, suite);
  const traffic = new Traffic13(hs.life(), suite);
  traffic.logHandshake(stage);
  if (hs.settings.middleboxCompatibility) hs.sendChangeCipherSpecOnce();
  traffic.install('read', stage.server);
  traffic.install('write', stage.client);
  yield* readEncryptedExtensions(hs, offer);
  const request = yield* optionalCertificateRequest(hs);
  const peer = yield* authenticateServer(hs, offer, request.next);
  const expected = stage.server.finished(hs.transcript.hash());
  const finished = checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
  const master = stage.toMaster(hs.transcript.hash());
  traffic.logMaster(master);
  hs.link.expectChangeCipherSpec('forbid');
  traffic.install('read', master.server);
  if (request.request !== null) yield* sendClientAuthentication(hs, request.request);
  const ownFinished = stage.client.finished(hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, ownFinished);
  traffic.install('write', master.client);
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = finished;
  hs.facts.resumed = false;
  const resumption = master.toResumption(hs.transcript.hash());
  const after = new ClientAfter13(hs.life(), suite, traffic, master.exporter, resumption, peer, hs.facts.alpn ?? null);
  return { proofs: { peer, finished }, after };
}

function* settleHello(hs: ClientHandshake, first: Offer, answer: ServerHello): Flow<AnsweredOffer> {
  const again = isHelloRetryRequest(answer.random);
  if (!again) hs.facts.retried = false;
  const settled = again
    ? yield* retry(hs, first, answer)
    : { offer: first, hello: answer, suite: selectedSuite13(first, answer) };
  hs.transcript.start(settled.suite.hash);
  hs.facts.suite = settled.suite;
  return settled;
}

const ALLOWED: readonly number[] = [
  ExtensionType.supported_versions,
  ExtensionType.key_share,
  ExtensionType.pre_shared_key,
];

/** The key exchange (RFC 9846, section 4.3.9). */
function* agree(hs: ClientHandshake, offer: Offer, hello: ServerHello, suite: Suite13): Flow<HandshakeStage> {
  checkAnswers(typesOf(hello), offer.sent, ALLOWED, 'ServerHello');
  const { key_share, supported_versions } = readExtensions(SERVER_HELLO_13_EXTENSIONS, hello.extensions);
  if (supported_versions !== 0x0304) fail('ERR_TLS_UNSUPPORTED_VERSION', 'it changed after the HelloRetryRequest');
  if (key_share === undefined) fail('ERR_TLS_MISSING_EXTENSION', 'key_share in ServerHello');
  const offered = offer.shares.find((share) => share.group.id === key_share.group);
  if (offered === undefined) fail('ERR_TLS_WRONG_GROUP', `no share of group ${key_share.group} was sent`);
  const { key, contained, group } = offered;
  const theirs = key_share.key_exchange;
  const shared = yield* perform('key-agree', () => (contained ? key.agreeContained!(theirs) : key.agree(theirs)));
  hs.facts.group = group.name;
  return new EarlyStage(suite.hash, null, hs.vault).toHandshake(shared, hs.transcript.hash());
}
