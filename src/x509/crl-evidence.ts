import { compareBytes } from '../bytes/index.ts';
import { isTlsError, type TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import type { Crl, RevokedEntry } from './crl.ts';
import { ALL_REASONS, sameScope, scopeOf } from './crl-scope.ts';
import { crlState } from './crl-usable.ts';
import { type CertificateIssuer, type Evidence, type EvidenceContext, revokedError } from './revocation-evidence.ts';

/** A CRL that counts. */
interface Counted {
  readonly crl: Crl;
  readonly reasons: number;
  readonly stale: boolean;
}

const REMOVED = 8;

/** What CRLs say about a certificate (RFC 5280, section 6.3.3): complete ones with the deltas that bring them up to date. */
export function* crlEvidence(
  certificate: Certificate,
  issuer: CertificateIssuer,
  crls: readonly Crl[],
  context: EvidenceContext,
): Flow<Evidence> {
  const complete: Counted[] = [];
  const deltas: Counted[] = [];
  let problem: TlsError | null = null;
  for (const crl of crls) {
    const reasons = scopeOf(crl, certificate);
    if (reasons === 0) continue;
    const state = isTlsError(reasons) ? reasons : yield* crlState(crl, certificate, issuer, context);
    if (isTlsError(state)) problem = problem ?? state;
    else if (state !== 'namesake')
      (crl.baseNumber === null ? complete : deltas).push({
        crl,
        reasons: reasons as number,
        stale: state === 'stale',
      });
  }
  return { ...weigh(certificate, complete, deltas), problem };
}

function weigh(certificate: Certificate, complete: readonly Counted[], deltas: readonly Counted[]): Evidence {
  let reasons = 0;
  let until = Number.POSITIVE_INFINITY;
  let stale = false;
  let entry = entryOf(certificate, unclaimed(deltas, complete));
  for (const one of complete) {
    const newer = deltas.filter((delta) => updates(delta.crl, one.crl));
    entry = entry ?? entryOf(certificate, [...newest(newer), one]);
    reasons |= one.reasons;
    stale = stale || one.stale;
    until = Math.min(until, one.crl.nextUpdate ?? Number.POSITIVE_INFINITY);
  }
  const revoked = entry === null ? null : revokedError(certificate, entry.revocationDate, entry.reason);
  return { revoked, good: revoked === null && reasons === ALL_REASONS, until, stale, problem: null };
}

/** What the first of these that has an entry says; null if that is that it was removed, or none has one. */
function entryOf({ serialNumber, issuer }: Certificate, lists: readonly Counted[]): RevokedEntry | null {
  for (const { crl } of lists) {
    const entry = crl.find(serialNumber, issuer);
    if (entry !== null) return entry.reason === REMOVED ? null : entry;
  }
  return null;
}

/** Deltas without the CRL that they belong to, and not outdone by a later one: they cover nothing, but they revoke. */
function unclaimed(deltas: readonly Counted[], complete: readonly Counted[]): Counted[] {
  const alone = deltas.filter(
    ({ crl }) => !complete.some((one) => updates(crl, one.crl) || (sameScope(crl, one.crl) && !isNewer(crl, one.crl))),
  );
  return newest(alone);
}

/** Whether the delta brings this complete CRL up to date (RFC 5280, section 5.2.4). */
function updates(delta: Crl, complete: Crl): boolean {
  const { number } = complete;
  if (number === null || !sameScope(delta, complete)) return false;
  return compareNumbers(number, delta.baseNumber!) >= 0 && isNewer(delta, complete);
}

/** A CRL without a number is older than any other. */
function isNewer(a: Crl, b: Crl): boolean {
  return a.number !== null && (b.number === null || compareNumbers(a.number, b.number) > 0);
}

function newest(lists: readonly Counted[]): Counted[] {
  return lists.slice().sort((a, b) => (isNewer(a.crl, b.crl) ? -1 : isNewer(b.crl, a.crl) ? 1 : 0));
}

/** CRL numbers are not negative, so that among minimal encodings the longer is the larger. */
function compareNumbers(a: Uint8Array, b: Uint8Array): number {
  return a.length - b.length || compareBytes(a, b);
}
