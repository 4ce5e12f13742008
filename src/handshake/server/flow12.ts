import { concat, copyBytes, EMPTY, type Secret } from '../../bytes/index.ts';
import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { finished12, masterSecret } from '../../schedule/index.ts';
import { Finished, HandshakeType, NewSessionTicket12, ServerHelloDone } from '../../wire/index.ts';
import { resumedProof } from '../authentication.ts';
import { previousHandshake } from '../context.ts';
import type { Established, Proofs } from '../established.ts';
import { checkFinished, type VerifiedFinished } from '../finished.ts';
import { Keys12 } from '../keys12.ts';
import { VERSION_CODES } from '../version.ts';
import { ServerAfter12 } from './after12.ts';
import { readClientCertificate12, readProof12, requestCertificate12, sendCertificate12 } from './authenticate12.ts';
import { readRenegotiationInfo } from './hello.ts';
import { type Answer12, choose12, sendHello12, serverRandom12 } from './hello12.ts';
import { identityOf, keptIdentity, sealTicket } from './resume.ts';
import { findSession12 } from './resume12.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';
import { stapleFor } from './staple.ts';
import { answerHello } from './start.ts';
import { encodeState, type SessionState } from './state.ts';

/** TLS 1.2 from the ClientHello on. */
export function* server12(hs: ServerHandshake, hello: ReadHello): Flow<Established> {
  const { before } = hs;
  hs.facts.retried = false;
  hs.facts.secureRenegotiation = readRenegotiationInfo(hello, before === null ? null : before.client);
  const extended = hello.values.extended_master_secret === true;
  hs.facts.extendedMasterSecret = extended;
  const formats = hello.values.ec_point_formats;
  if (formats !== undefined && !formats.includes(0))
    fail('ERR_TLS_BAD_EXTENSION', 'ec_point_formats without uncompressed');
  if (!extended && hs.settings.requireExtendedMasterSecret) fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET');
  if (before !== null && before.extendedMasterSecret !== extended) {
    fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET', 'it changed in a renegotiation');
  }
  const state = yield* findSession12(hs, hello);
  if (state !== null) {
    const identity = yield* identityOf(hs, state);
    if (identity !== 'refused') return yield* resume12(hs, hello, state, { peer: resumedProof(identity) });
  }
  return yield* full12(hs, hello);
}

/** A full handshake (RFC 5246, figure 1). */
function* full12(hs: ServerHandshake, hello: ReadHello): Flow<Established> {
  hs.facts.resumed = false;
  hs.facts.group = null;
  const { suite, exchange, credential } = yield* choose12(hs, hello);
  const staple = credential === null ? null : yield* stapleFor(hs, hello, credential);
  const answer = answerTo(hs, hello, suite, null, staple, credential?.scts ?? null);
  hs.link.setVersion('TLSv1.2', suite.exchange.kind);
  hs.facts.suite = suite;
  sendHello12(hs, hello, answer);
  hs.transcript.start(suite.hash, hs.settings.clientAuth !== 'none');
  if (credential !== null) sendCertificate12(hs, credential, staple);
  const readExchange = yield* exchange.begin(hs, { suite, hello, credential, serverRandom: answer.random });
  const asked = credential !== null && requestCertificate12(hs);
  hs.send(HandshakeType.server_hello_done, ServerHelloDone, true);
  hs.facts.peer = null;
  hs.facts.peerScheme = null;
  const shown = asked ? yield* readClientCertificate12(hs) : null;
  const premaster = yield* readExchange();
  const master = agreeOnMaster(hs, hello, answer, premaster);
  const peer = yield* readProof12(hs, shown, hs.transcript.messages());
  hs.transcript.forget();
  const keys = keysOf(hs, hello, answer, master);
  const finished = yield* readFinished(hs, suite, master, keys);
  if (answer.willTicket) yield* sendTicket(hs, newState(hs, answer, master));
  const ownFinished = sendFinished(hs, suite, master, keys);
  if (answer.sessionId.length > 0) yield* saveSession(hs, answer, master);
  return established(hs, suite, keys, { peer, finished }, ownFinished);
}

/** An abbreviated handshake (RFC 5246, figure 2): we finish first. */
function* resume12(
  hs: ServerHandshake,
  hello: ReadHello,
  state: SessionState,
  proof: Pick<Proofs, 'peer'>,
): Flow<Established> {
  const suite = hs.settings.suites.find((s): s is Suite12 => s.id === state.suite && s.version === 'TLSv1.2')!;
  const answer = answerTo(hs, hello, suite, state, null, null);
  hs.link.setVersion('TLSv1.2', suite.exchange.kind);
  hs.facts.resumed = true;
  hs.facts.suite = suite;
  hs.facts.group = hs.settings.groups.find(({ id }) => id === state.group)?.name ?? null;
  hs.facts.certificateRequested = false;
  sendHello12(hs, hello, answer);
  hs.transcript.start(suite.hash);
  const master = hs.vault.keep(copyBytes(state.secret));
  hs.logKey('CLIENT_RANDOM', master.reveal());
  const keys = keysOf(hs, hello, answer, master);
  if (answer.willTicket) yield* sendTicket(hs, { ...newState(hs, answer, master), createdAt: state.createdAt });
  const ownFinished = sendFinished(hs, suite, master, keys);
  const finished = yield* readFinished(hs, suite, master, keys);
  return established(hs, suite, keys, { ...proof, finished }, ownFinished);
}

function answerTo(
  hs: ServerHandshake,
  { hello, values }: ReadHello,
  suite: Suite12,
  state: SessionState | null,
  staple: Uint8Array | null,
  scts: readonly Uint8Array[] | null,
): Answer12 {
  const { tickets, sessions } = hs.settings;
  const resumed = state !== null;
  const gives = tickets !== null && (!resumed || tickets.renews !== false);
  // In a renegotiation too: GnuTLS's clients wait for another once they have had one.
  const willTicket = gives && values.session_ticket !== undefined;
  const fresh = sessions === null || willTicket || hs.before !== null ? EMPTY : hs.settings.random(32);
  return {
    suite,
    random: serverRandom12(hs),
    sessionId: resumed ? hello.legacy_session_id : fresh,
    extendedMasterSecret: hs.facts.extendedMasterSecret === true,
    encryptThenMac: suite.bulk.kind === 'cbc' && values.encrypt_then_mac === true && hs.settings.encryptThenMac,
    willTicket,
    willStaple: staple !== null,
    scts: values.signed_certificate_timestamp === true ? scts : null,
    resumed,
    renegotiationInfo: renegotiationInfo(hs),
  };
}

/** RFC 5746, sections 3.6 and 3.7. */
function renegotiationInfo(hs: ServerHandshake): Uint8Array | null {
  if (hs.facts.secureRenegotiation !== true) return null;
  return hs.before === null ? EMPTY : concat(hs.before.client, hs.before.server);
}

function agreeOnMaster(hs: ServerHandshake, hello: ReadHello, answer: Answer12, premaster: Uint8Array): Secret {
  const binding = answer.extendedMasterSecret
    ? ({ kind: 'extended', sessionHash: hs.transcript.hash() } as const)
    : ({ kind: 'randoms', client: hello.hello.random, server: answer.random } as const);
  const master = masterSecret(answer.suite.hash, premaster, binding, hs.vault);
  hs.logKey('CLIENT_RANDOM', master.reveal());
  return master;
}

function keysOf(hs: ServerHandshake, hello: ReadHello, answer: Answer12, master: Secret): Keys12 {
  return new Keys12(hs.life(), answer.suite, master, hello.hello.random, answer.random, answer.encryptThenMac);
}

function* readFinished(hs: ServerHandshake, suite: Suite12, master: Secret, keys: Keys12): Flow<VerifiedFinished> {
  keys.awaitChangeCipherSpec();
  const expected = finished12(suite.hash, master.reveal(), 'client', hs.transcript.hash());
  return checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
}

function sendFinished(hs: ServerHandshake, suite: Suite12, master: Secret, keys: Keys12): Uint8Array {
  keys.sendChangeCipherSpec();
  const verifyData = finished12(suite.hash, master.reveal(), 'server', hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, verifyData);
  return verifyData;
}

/** A ticket was announced, so one goes out; an empty one says that there is none after all (RFC 5077, section 3.3). */
function* sendTicket(hs: ServerHandshake, state: SessionState): Flow<true> {
  const ticket = yield* sealTicket(hs.settings.tickets!, state);
  hs.send(HandshakeType.new_session_ticket, NewSessionTicket12, {
    ticket_lifetime_hint: ticket === null ? 0 : hs.settings.sessionLifetime,
    ticket: ticket ?? EMPTY,
  });
  return true;
}

function* saveSession(hs: ServerHandshake, answer: Answer12, master: Secret): Flow<true> {
  const sessions = hs.settings.sessions!;
  const state = encodeState(newState(hs, answer, master));
  yield* attempt('store-session', (signal) => sessions.save(answer.sessionId, state, signal));
  return true;
}

function newState(hs: ServerHandshake, answer: Answer12, master: Secret): SessionState {
  const { settings, facts } = hs;
  const now = settings.now();
  return {
    version: VERSION_CODES['TLSv1.2'],
    suite: answer.suite.id,
    secret: master.reveal(),
    createdAt: now,
    issuedAt: now,
    ageAdd: 0,
    extendedMasterSecret: answer.extendedMasterSecret,
    serverName: facts.serverName ?? null,
    alpn: facts.alpn ?? null,
    context: settings.sessionContext,
    ...keptIdentity(facts, settings.groups),
    maxEarlyData: 0,
  };
}

function established(
  hs: ServerHandshake,
  suite: Suite12,
  keys: Keys12,
  proofs: Proofs,
  ownFinished: Uint8Array,
): Established {
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = proofs.finished;
  const again = {
    before: previousHandshake(hs.facts, proofs.finished, ownFinished),
    begin: answerHello,
  };
  return { proofs, facts: hs.facts, after: new ServerAfter12(hs, suite, keys, again) };
}
