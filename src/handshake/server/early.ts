import type { Suite13 } from '../../crypto/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { export13, type MasterStage, type TrafficSecret } from '../../schedule/index.ts';
import { EndOfEarlyData, HandshakeType } from '../../wire/index.ts';
import type { EarlyDataOutcome } from '../facts.ts';
import type { Traffic13 } from '../traffic13.ts';
import type { AcceptedPsk } from './psk13.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';

/** Early data that is accepted. */
export interface EarlyAcceptance {
  /** Protects it. */
  readonly secret: TrafficSecret;
  /** The most bytes of it. */
  readonly limit: number;
}

/**
 * Whether early data is accepted (RFC 9846, section 4.3.10); the facts tell why not. Before it is, the guard has to
 * say that this very ClientHello was not seen before: whoever recorded it could send it again.
 */
export function* acceptEarly(
  hs: ServerHandshake,
  hello: ReadHello,
  suite: Suite13,
  psk: AcceptedPsk | null,
): Flow<EarlyAcceptance | null> {
  let outcome = outcomeOf(hs, hello, suite, psk);
  if (outcome === 'accepted' && !(yield* isFirst(hs, hello, psk!))) outcome = 'replayed';
  hs.facts.earlyData = outcome;
  if (outcome !== 'accepted') return null;
  return { secret: psk!.stage.clientEarlyTraffic(hs.transcript.hash()), limit: psk!.state!.maxEarlyData };
}

function outcomeOf(
  { settings, facts }: ServerHandshake,
  { values }: ReadHello,
  suite: Suite13,
  psk: AcceptedPsk | null,
): EarlyDataOutcome {
  const rule = settings.earlyData;
  if (rule === null) return 'disabled';
  if (values.pre_shared_key === undefined) return 'no-session';
  if (psk === null || psk.state === null) return 'not-resumed';
  if (facts.retried === true) return 'retried';
  if (values.early_data !== true || psk.index !== 0) return 'not-offered';
  if (psk.state.maxEarlyData === 0) return 'not-in-session';
  if (psk.state.suite !== suite.id) return 'other-suite';
  if (psk.state.alpn !== (facts.alpn ?? null)) return 'other-protocol';
  return Math.abs(facts.ticketAgeSkew ?? 0) > rule.ageTolerance ? 'ticket-age' : 'accepted';
}

/** RFC 9846, section 8.2: a copy has the same binder, and beyond the tolerance its age gives it away. */
function* isFirst(hs: ServerHandshake, { values }: ReadHello, psk: AcceptedPsk): Flow<boolean> {
  const { guard, ageTolerance } = hs.settings.earlyData!;
  const binder = values.pre_shared_key!.binders[psk.index]!.slice();
  const until = hs.settings.now() + 2 * ageTolerance;
  return (yield* attempt('claim-early-data', (signal) => guard.claim(binder, until, signal))) === true;
}

/** Early data comes, and may be answered, until the client says that there is no more. */
export function* readEarly(
  hs: ServerHandshake,
  traffic: Traffic13,
  early: EarlyAcceptance,
  master: MasterStage,
): Flow<true> {
  const { hash } = traffic.suite;
  traffic.logEarly(early.secret);
  traffic.install('read', early.secret);
  hs.link.early.expect(early.limit);
  hs.link.early.allowReply({
    exportKeys: (label, context, length) => export13(hash, master.exporter.reveal(), label, context, length),
  });
  hs.link.emit({ type: 'early-data', status: 'accepted' });
  yield* hs.read(HandshakeType.end_of_early_data, EndOfEarlyData);
  hs.link.early.expect(0);
  return true;
}

/** Early data that nobody will read is on its way: the client sent it before it could know. */
export function skipEarly(hs: ServerHandshake, { values }: ReadHello): void {
  if (values.early_data !== true) return;
  const { limits, earlyData } = hs.settings;
  hs.link.early.skip(Math.max(limits.skippedEarlyData, earlyData?.maxBytes ?? 0));
}
