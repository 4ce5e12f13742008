import { EMPTY } from '../../bytes/index.ts';
import type { Suite, Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { EarlyStage } from '../../schedule/index.ts';
import { EndOfEarlyData, HandshakeType } from '../../wire/index.ts';
import type { EarlyDataOutcome } from '../facts.ts';
import type { Session } from '../session.ts';
import { Traffic13 } from '../traffic13.ts';
import { identityOf } from './resume.ts';
import type { ClientHandshake, EarlyOffer, Offer } from './settings.ts';

/** Whether early data goes with a hello that offers this session; if not, the facts tell why. */
export function offersEarly(hs: ClientHandshake, session: Session | null): session is Session {
  const outcome = outcomeOf(hs, session);
  hs.facts.earlyData = outcome;
  return outcome === 'declined';
}

/** What will have become of early data if the server says nothing about it. */
function outcomeOf({ settings, before }: ClientHandshake, session: Session | null): EarlyDataOutcome {
  if (!settings.earlyData) return 'disabled';
  if (!settings.versions.includes('TLSv1.3') || before !== null) return 'other-version';
  if (session === null) return 'no-session';
  if (session.version !== 'TLSv1.3' || session.maxEarlyData === 0) return 'not-in-session';
  if (session.alpn !== null && !settings.alpn.includes(session.alpn)) return 'other-protocol';
  return 'declined';
}

/**
 * From the ClientHello on, which was just sent, the application may send early data. The server is believed because of
 * the handshake that began the session; where that is to be judged again, it is before any data goes out.
 */
export function* beginEarly(hs: ClientHandshake, session: Session, suites: readonly Suite[]): Flow<EarlyOffer> {
  const suite = suites.find((one): one is Suite13 => one.id === session.suite && one.version === 'TLSv1.3')!;
  const stage = new EarlyStage(suite.hash, session.secret, hs.vault);
  const secret = stage.clientEarlyTraffic(hs.transcript.hashWithPart(suite.hash, EMPTY));
  const traffic = new Traffic13(hs.life(), suite);
  traffic.logEarly(secret);
  if (hs.settings.middleboxCompatibility) hs.sendChangeCipherSpecOnce();
  traffic.install('write', secret);
  const identity = yield* identityOf(hs, session);
  hs.link.early.allow(session.maxEarlyData);
  return { suite, session, secret, identity };
}

/** The server's answer: whether its EncryptedExtensions have early_data, which must then fit what was sent under it. */
export function settleEarly(hs: ClientHandshake, early: EarlyOffer, suite: Suite13, accepts: boolean): boolean {
  if (!accepts) {
    refuseEarly(hs, early, 'declined');
    return false;
  }
  if (suite !== early.suite) fail('ERR_TLS_EARLY_DATA_MISMATCH', `with the suite ${suite.name}`);
  if ((hs.facts.alpn ?? null) !== early.session.alpn) fail('ERR_TLS_EARLY_DATA_MISMATCH', 'with another protocol');
  hs.facts.earlyData = 'accepted';
  hs.link.emit({ type: 'early-data', status: 'accepted' });
  return true;
}

/** The server will never see what was sent. Whether to send it again is for the application to say. */
export function refuseEarly(hs: ClientHandshake, early: EarlyOffer, why: EarlyDataOutcome): void {
  hs.link.early.allow(0);
  early.secret.wipe();
  hs.facts.earlyData = why;
  hs.link.emit({ type: 'early-data', status: 'rejected' });
}

/** The last message under the early key (RFC 9846, section 4.5.4). */
export function endEarly(hs: ClientHandshake): void {
  hs.link.early.allow(0);
  hs.send(HandshakeType.end_of_early_data, EndOfEarlyData, true);
}

/** A HelloRetryRequest refuses early data, and what follows it is not protected. */
export function refuseByRetry(hs: ClientHandshake, offer: Offer): void {
  if (offer.early === null) return;
  refuseEarly(hs, offer.early, 'retried');
  hs.link.early.dropWriteKey();
}
