import { equalSecret, type Secret } from '../../bytes/index.ts';
import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { EarlyStage } from '../../schedule/index.ts';
import type { OfferedPsks } from '../../wire/index.ts';
import { resumedProof } from '../authentication.ts';
import type { PskProof } from '../established.ts';
import { askForPsk, checkPskKey } from '../psk.ts';
import { VERSION_CODES } from '../version.ts';
import { identityOf, isFresh } from './resume.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';
import { decodeState, type SessionState } from './state.ts';

/** A pre-shared key whose binder was right. */
export interface AcceptedPsk {
  /** Which of the client's identities it is. */
  readonly index: number;
  readonly stage: EarlyStage;
  readonly proof: PskProof;
  /** The session of its ticket; null for a key that was agreed on elsewhere. */
  readonly state: SessionState | null;
}

/** Identities tried before giving up: opening a ticket costs, and nobody honest offers many. */
const MAX_IDENTITIES = 5;
const PSK_DHE_KE = 1;

/** Looks for a ticket that resumes here, else for a key agreed on elsewhere (RFC 9846, section 4.3.11). */
export function* acceptPsk(hs: ServerHandshake, hello: ReadHello, suite: Suite13): Flow<AcceptedPsk | null> {
  hs.facts.ticketAgeSkew = null;
  const found = yield* findTicket(hs, hello, suite);
  if (found === null) return yield* acceptExternal(hs, hello, suite);
  const { index, state } = found;
  const offered = hello.values.pre_shared_key!;
  const stage = new EarlyStage(suite.hash, state.secret, hs.vault);
  checkBinder(hs, hello, offered, index, suite, stage.binderKey('res'));
  const peer = yield* identityOf(hs, state);
  if (peer === 'refused') return null;
  hs.facts.ticketAgeSkew = ageSkew(hs, state, offered.identities[index]!.obfuscated_ticket_age);
  return { index, stage, proof: resumedProof(peer), state };
}

/** Its hash is SHA-256, since nobody said otherwise. */
function* acceptExternal(hs: ServerHandshake, hello: ReadHello, suite: Suite13): Flow<AcceptedPsk | null> {
  const { psk } = hs.settings;
  const { pre_shared_key: offered } = hello.values;
  if (psk === null || offered === undefined || suite.hash.name !== 'sha256' || !canResume(hello)) return null;
  const count = Math.min(offered.identities.length, MAX_IDENTITIES);
  for (let index = 0; index < count; index++) {
    const { identity } = offered.identities[index]!;
    const key = yield* askForPsk((signal) => psk.find(identity.slice(), signal));
    if (key === null) continue;
    const stage = new EarlyStage(suite.hash, checkPskKey(key), hs.vault);
    checkBinder(hs, hello, offered, index, suite, stage.binderKey('ext'));
    hs.facts.pskIdentity = identity.slice();
    hs.facts.peer = null;
    hs.facts.peerScheme = null;
    return { index, stage, proof: resumedProof(null), state: null };
  }
  return null;
}

/** A client may drop those of its tickets that do not fit the suite we chose, but no other (RFC 9846, section 4.2.2). */
export function* checkStillOffered(
  hs: ServerHandshake,
  first: ReadHello,
  second: ReadHello,
  suite: Suite13,
): Flow<true> {
  if (first === second || second.values.pre_shared_key !== undefined) return true;
  if ((yield* findTicket(hs, first, suite)) !== null) {
    fail('ERR_TLS_MISSING_EXTENSION', 'pre_shared_key in the second ClientHello');
  }
  return true;
}

interface FoundTicket {
  readonly index: number;
  readonly state: SessionState;
}

function* findTicket(hs: ServerHandshake, hello: ReadHello, suite: Suite13): Flow<FoundTicket | null> {
  const { tickets } = hs.settings;
  const { pre_shared_key: offered } = hello.values;
  if (offered === undefined) return null;
  checkForm(offered);
  if (tickets === null || !canResume(hello)) return null;
  const count = Math.min(offered.identities.length, MAX_IDENTITIES);
  for (let index = 0; index < count; index++) {
    const { identity } = offered.identities[index]!;
    const opened = yield* attempt('open-ticket', (signal) => tickets.open(identity, signal));
    const state = opened === null ? null : decodeState(opened);
    if (state !== null && usable(hs, hello, state, suite)) return { index, state };
  }
  return null;
}

/** RFC 9846, section 8.3: both ends measure the ticket's age by clocks of their own. */
function ageSkew(hs: ServerHandshake, state: SessionState, obfuscated: number): number {
  const theirs = (obfuscated - state.ageAdd) >>> 0;
  return theirs - (hs.settings.now() - state.issuedAt);
}

function checkForm(offered: OfferedPsks): void {
  if (offered.identities.length !== offered.binders.length) {
    fail('ERR_TLS_BAD_PSK', `${offered.identities.length} identities and ${offered.binders.length} binders`);
  }
}

/** Whether this client could make use of a ticket (RFC 9846, section 4.3.9). */
export function canResume({ values }: ReadHello): boolean {
  return values.psk_key_exchange_modes?.includes(PSK_DHE_KE) === true;
}

/** RFC 9846, section 4.7.1: any suite with the same hash will do, if the client still offers the one of the session. */
function usable(hs: ServerHandshake, { hello }: ReadHello, state: SessionState, suite: Suite13): boolean {
  if (state.version !== VERSION_CODES['TLSv1.3'] || !isFresh(hs, state)) return false;
  if (!hello.cipher_suites.includes(state.suite)) return false;
  const before = hs.settings.suites.find((s) => s.id === state.suite);
  return before !== undefined && before.hash.name === suite.hash.name;
}

/** The binder covers the ClientHello up to the list of binders (RFC 9846, section 4.3.11.2). */
function checkBinder(
  hs: ServerHandshake,
  hello: ReadHello,
  offered: OfferedPsks,
  index: number,
  suite: Suite13,
  binderKey: Secret,
): void {
  let size = 2;
  for (const binder of offered.binders) size += 1 + binder.length;
  const { bytes } = hello.raw;
  const truncated = bytes.subarray(0, bytes.length - size);
  const transcriptHash = hs.transcript.hashBeforeLast(suite.hash, truncated);
  const expected = suite.hash.hmac(binderKey.reveal(), transcriptHash);
  if (!equalSecret(expected, offered.binders[index]!)) fail('ERR_TLS_BAD_BINDER');
}
