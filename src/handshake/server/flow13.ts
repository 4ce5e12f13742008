import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { EarlyStage } from '../../schedule/index.ts';
import { Finished, HandshakeType, SERVER_HELLO_13_EXTENSIONS, ServerHello, writeExtension } from '../../wire/index.ts';
import type { Established } from '../established.ts';
import { checkFinished } from '../finished.ts';
import { Traffic13 } from '../traffic13.ts';
import { VERSION_CODES } from '../version.ts';
import { ServerAfter13 } from './after13.ts';
import {
  chooseIdentity,
  readClientAuthentication,
  requestCertificate13,
  sendServerAuthentication,
} from './authenticate13.ts';
import { acceptEarly, readEarly, skipEarly } from './early.ts';
import { sendEncryptedExtensions } from './encrypted-extensions.ts';
import { inCommon } from './hello.ts';
import { type AcceptedPsk, acceptPsk, canResume, checkStillOffered } from './psk13.ts';
import { askAgain, type ChosenShare, chooseShare } from './retry.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';

/** TLS 1.3 from the ClientHello on (RFC 9846, figure 1). */
export function* server13(hs: ServerHandshake, first: ReadHello): Flow<Established> {
  checkHello13(first);
  const suite = chooseSuite13(hs, first);
  const { hello, chosen } = yield* settleShare(hs, first, suite);
  hs.link.setVersion('TLSv1.3', null);
  hs.link.expectChangeCipherSpec('drop');
  yield* checkStillOffered(hs, first, hello, suite);
  const psk = yield* acceptPsk(hs, hello, suite);
  hs.transcript.start(suite.hash);
  hs.facts.suite = suite;
  const resumed = psk !== null && psk.state !== null;
  hs.facts.resumed = resumed;
  const early = yield* acceptEarly(hs, hello, suite, psk);
  const identity = psk === null ? yield* chooseIdentity(hs, hello) : null;
  const stage = yield* sendHello(hs, hello, suite, chosen, psk);
  const traffic = new Traffic13(hs.life(), suite);
  traffic.logHandshake(stage);
  hs.sendChangeCipherSpecOnce();
  traffic.install('write', stage.server);
  sendEncryptedExtensions(hs, hello, early !== null);
  const asked = identity === null ? false : requestCertificate13(hs);
  if (identity !== null) yield* sendServerAuthentication(hs, hello, identity);
  const ownFinished = stage.server.finished(hs.transcript.hash());
  hs.send(HandshakeType.finished, Finished, ownFinished);
  const master = stage.toMaster(hs.transcript.hash());
  traffic.logMaster(master);
  traffic.install('write', master.server);
  if (early !== null) yield* readEarly(hs, traffic, early, master);
  traffic.install('read', stage.client);
  if (early === null && hs.facts.retried !== true) skipEarly(hs, hello);
  const peer = psk !== null ? psk.proof : yield* readClientAuthentication(hs, asked);
  const expected = stage.client.finished(hs.transcript.hash());
  const finished = checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
  hs.link.expectChangeCipherSpec('forbid');
  traffic.install('read', master.client);
  hs.facts.ownFinished = ownFinished;
  hs.facts.peerFinished = finished;
  hs.facts.offersPostHandshakeAuth = hello.values.post_handshake_auth === true;
  const began = psk?.state?.createdAt ?? hs.settings.now();
  const after = new ServerAfter13(hs, suite, traffic, master, began);
  if (canResume(hello)) yield* after.sendTickets(ticketsToSend(hs, resumed));
  return { proofs: { peer, finished }, facts: hs.facts, after };
}

function ticketsToSend({ settings: { tickets } }: ServerHandshake, resumed: boolean): number {
  if (tickets === null) return 0;
  if (!resumed) return tickets.count;
  return tickets.renews === false ? 0 : 1;
}

/** What TLS 1.3 asks of a ClientHello beyond its form (RFC 9846, sections 4.2.2 and 9.2). */
function checkHello13({ hello, values }: ReadHello): void {
  if (hello.legacy_compression_methods.length !== 1) fail('ERR_TLS_WRONG_COMPRESSION', 'more than null is offered');
  if (values.pre_shared_key === undefined && values.signature_algorithms === undefined) {
    fail('ERR_TLS_MISSING_EXTENSION', 'signature_algorithms in ClientHello');
  }
  if (values.pre_shared_key !== undefined && values.psk_key_exchange_modes === undefined) {
    fail('ERR_TLS_MISSING_EXTENSION', 'psk_key_exchange_modes in ClientHello');
  }
}

function chooseSuite13(hs: ServerHandshake, { hello, values }: ReadHello): Suite13 {
  const { suites, preferOwn, psk } = hs.settings;
  const common = inCommon(suites, hello.cipher_suites, preferOwn).filter(
    (one): one is Suite13 => one.version === 'TLSv1.3',
  );
  // A key that was agreed on elsewhere goes with SHA-256 alone.
  const wantsSha256 = psk !== null && values.pre_shared_key !== undefined;
  const suite = (wantsSha256 ? common.find((one) => one.hash.name === 'sha256') : undefined) ?? common[0];
  return suite ?? fail('ERR_TLS_NO_COMMON_CIPHER', 'TLS 1.3');
}

function* settleShare(
  hs: ServerHandshake,
  first: ReadHello,
  suite: Suite13,
): Flow<{ readonly hello: ReadHello; readonly chosen: ChosenShare }> {
  const chosen = chooseShare(hs, first);
  if (chosen.share !== null) {
    hs.facts.retried = false;
    return { hello: first, chosen };
  }
  hs.link.setVersion('TLSv1.3', null);
  hs.link.expectChangeCipherSpec('drop');
  skipEarly(hs, first);
  const second = yield* askAgain(hs, first, suite, chosen.group);
  return { hello: second, chosen: { group: chosen.group, share: second.values.key_share![0]! } };
}

/** The key exchange, and the ServerHello that answers it. */
function* sendHello(
  hs: ServerHandshake,
  { hello }: ReadHello,
  suite: Suite13,
  { group, share }: ChosenShare,
  psk: AcceptedPsk | null,
): Flow<ReturnType<EarlyStage['toHandshake']>> {
  const agreed = yield* perform('key-agree', () => group.respond(share!.key_exchange));
  const table = SERVER_HELLO_13_EXTENSIONS;
  const extensions = [
    writeExtension(table, 'supported_versions', VERSION_CODES['TLSv1.3']),
    writeExtension(table, 'key_share', { group: group.id, key_exchange: agreed.share }),
  ];
  if (psk !== null) extensions.push(writeExtension(table, 'pre_shared_key', psk.index));
  hs.send(HandshakeType.server_hello, ServerHello, {
    legacy_version: VERSION_CODES['TLSv1.2'],
    random: hs.settings.random(32),
    legacy_session_id_echo: hello.legacy_session_id,
    cipher_suite: suite.id,
    legacy_compression_method: 0,
    extensions,
  });
  hs.facts.group = group.name;
  const early = psk === null ? new EarlyStage(suite.hash, null, hs.vault) : psk.stage;
  return early.toHandshake(agreed.secret, hs.transcript.hash());
}
