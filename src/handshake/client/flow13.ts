import { isBytes } from '../../bytes/index.ts';
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
import { resumedProof } from '../authentication.ts';
import type { Established, PskProof } from '../established.ts';
import { checkAnswers } from '../extensions.ts';
import { checkFinished } from '../finished.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { Session } from '../session.ts';
import { Traffic13 } from '../traffic13.ts';
import { ClientAfter13 } from './after13.ts';
import {
  authenticateServer,
  type CertificateDemand,
  optionalCertificateRequest,
  sendClientAuthentication,
} from './authenticate13.ts';
import { endEarly, refuseEarly, settleEarly } from './early.ts';
import { readEncryptedExtensions } from './encrypted-extensions.ts';
import { hashOfSession, identityOf } from './resume.ts';
import { type AnsweredOffer, retry, selectedSuite13, typesOf } from './retry.ts';
import type { ClientHandshake, Offer } from './settings.ts';

/** TLS 1.3 from the ServerHello on (RFC 9846, figure 1). */
export function* client13(hs: ClientHandshake, first: Offer, answer: ServerHello): Flow<Established> {
  hs.link.setVersion('TLSv1.3', null);
  hs.link.expectChangeCipherSpec('drop');
  const { offer, hello, suite } = yield* settleHello(hs, first, answer);
  const { stage, session } = yield* agree(hs, offer, hello, suite);
  const traffic = new Traffic13(hs.life(), suite);
  traffic.logHandshake(stage);
  if (hs.settings.middleboxCompatibility) hs.sendChangeCipherSpecOnce();
  traffic.install('read', stage.server);
  const early = yield* readExtensionsAndEarly(hs, offer, suite, session, () => traffic.install('write', stage.client));
  const { proof, demand } = yield* authenticate(hs, offer, session, early);
  const expected = stage.server.finished(hs.transcript.hash());
  const finished = checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
  const master = stage.toMaster(hs.transcript.hash());
  traffic.logMaster(master);
  hs.link.expectChangeCipherSpec('forbid');
  traffic.install('read', master.server);
  if (early) {
    endEarly(hs);
    traffic.install('write', stage.client);
  }
  if (demand !== null) yield* sendClientAuthentication(hs, demand);
  const ownFinished = stage.client.finished(hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, ownFinished);
  traffic.install('write', master.client);
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = finished;
  const after = new ClientAfter13(hs, suite, traffic, master);
  return { proofs: { peer: proof, finished }, facts: hs.facts, after };
}

/**
 * EncryptedExtensions, and with them what becomes of early data: true if it was accepted. `protect` puts the handshake
 * key into force, at once or when no more early data goes out.
 */
function* readExtensionsAndEarly(
  hs: ClientHandshake,
  offer: Offer,
  suite: Suite13,
  session: Session | null,
  protect: () => void,
): Flow<boolean> {
  const { early } = offer;
  const pending = early !== null && session !== null;
  if (early !== null && !pending) refuseEarly(hs, early, 'not-resumed');
  if (!pending) protect();
  const accepts = yield* readEncryptedExtensions(hs, offer, pending);
  const accepted = pending && settleEarly(hs, early, suite, accepts);
  if (pending && !accepted) protect();
  return accepted;
}

interface Authenticated {
  readonly proof: VerifiedIdentity | PskProof;
  readonly demand: CertificateDemand | null;
}

/** The server's certificate and signature; or the session's secret, which Finished will prove. */
function* authenticate(
  hs: ClientHandshake,
  offer: Offer,
  session: Session | null,
  early: boolean,
): Flow<Authenticated> {
  hs.facts.resumed = session !== null && session.external !== true;
  if (session !== null) {
    const known = early ? offer.early!.identity : yield* identityOf(hs, session);
    return { proof: resumedProof(known), demand: null };
  }
  const { request, next } = yield* optionalCertificateRequest(hs);
  return { proof: yield* authenticateServer(hs, offer, next), demand: request };
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

interface Agreed {
  readonly stage: HandshakeStage;
  /** The session that is resumed; null if none is. */
  readonly session: Session | null;
}

/** The key exchange (RFC 9846, section 4.3.8). */
function* agree(hs: ClientHandshake, offer: Offer, hello: ServerHello, suite: Suite13): Flow<Agreed> {
  checkAnswers(typesOf(hello), offer.sent, ALLOWED, 'ServerHello');
  const values = readExtensions(SERVER_HELLO_13_EXTENSIONS, hello.extensions);
  const { key_share, supported_versions, pre_shared_key: selected } = values;
  if (supported_versions !== 0x0304) fail('ERR_TLS_UNSUPPORTED_VERSION', 'it changed after the HelloRetryRequest');
  const session = selected === undefined ? null : acceptedSession(offer, suite, selected);
  if (key_share === undefined) fail('ERR_TLS_MISSING_EXTENSION', 'key_share in ServerHello');
  const offered = offer.shares.find((share) => share.group.id === key_share.group);
  if (offered === undefined) fail('ERR_TLS_WRONG_GROUP', `no share of group ${key_share.group} was sent`);
  const { key, contained, group } = offered;
  const theirs = key_share.key_exchange;
  const shared = yield* perform('key-agree', () => (contained ? key.agreeContained!(theirs) : key.agree(theirs)));
  // A group of the host's own making: nothing in place of a secret would be a secret that everybody knows.
  if (!isBytes(shared) || shared.length === 0) fail('ERR_TLS_INTERNAL', `${group.name} agreed on nothing`);
  hs.facts.group = group.name;
  const early = new EarlyStage(suite.hash, session === null ? null : session.secret, hs.vault);
  return { stage: early.toHandshake(shared, hs.transcript.hash()), session };
}

/** RFC 9846, section 4.3.11: the identity must be the one offered, with a suite of its hash. */
function acceptedSession(offer: Offer, suite: Suite13, selected: number): Session {
  const { session } = offer;
  if (session === null || session.version !== 'TLSv1.3' || selected !== 0)
    fail('ERR_TLS_BAD_PSK', `identity ${selected}`);
  if (hashOfSession(session, offer.suites).name !== suite.hash.name)
    fail('ERR_TLS_BAD_PSK', 'the suite has another hash');
  return session;
}
