import { OID, timeText } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import { type ErrorCode, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import { CRL_REASONS, type Crl, type IssuingDistributionPoint } from './crl.ts';
import { type DistributionPointName, KEY_USAGE } from './extensions.ts';
import { sameName } from './name.ts';
import { algorithmProblem, type SignatureContext, verifySigned } from './signed.ts';

/**
 * What to do where no CRL covers a certificate. `prefer`: believe it; `require`: refuse it. A CRL that is there and
 * cannot be used is an error in both.
 */
export type RevocationPolicy = 'prefer' | 'require';

/** Whoever signed a certificate, and so should sign the CRL that covers it. */
export interface CrlIssuer {
  readonly publicKey: PublicKey;
  /** Its certificate; null for an anchor without one. */
  readonly certificate: Certificate | null;
}

export interface RevocationContext extends SignatureContext {
  readonly crls: readonly Crl[];
  readonly policy: RevocationPolicy;
  /** Seconds since 1970; null: dates are not checked. */
  readonly time: number | null;
}

/** `good`: a CRL covers it and does not list it. `unknown`: no CRL is about it. */
export type RevocationStatus = 'good' | 'unknown';

const UNDERSTOOD: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.cRLNumber,
  OID.issuingDistributionPoint,
  OID.issuerAltName,
  OID.freshestCRL,
];
const UNDERSTOOD_IN_ENTRIES: readonly string[] = [OID.cRLReason, OID.invalidityDate, OID.certificateIssuer];
const REMOVED = 8;
/** ReasonFlags bits 1 to 8: everything that a certificate can be revoked for. */
const ALL_REASONS = 0x1fe;

/** Whether the certificate is revoked (RFC 5280, section 6.3). Returns the error, or what is known. */
export function* checkRevocation(
  certificate: Certificate,
  issuer: CrlIssuer,
  context: RevocationContext,
): Flow<TlsError | RevocationStatus> {
  let problem: TlsError | null = null;
  let reasons = 0;
  for (const crl of context.crls) {
    const scope = scopeOf(crl, certificate, issuer);
    if (scope === 0) continue;
    const error = isTlsError(scope) ? scope : yield* unusable(crl, issuer, context);
    if (error !== null) {
      problem = problem ?? error;
      continue;
    }
    const entry = crl.find(certificate.serialNumber);
    if (entry !== null && entry.reason !== REMOVED) return revoked(certificate, entry.revocationDate, entry.reason);
    reasons |= scope as number;
  }
  if (reasons === ALL_REASONS) return 'good';
  if (problem !== null) return problem;
  if (context.policy === 'prefer') return 'unknown';
  const detail = `none is about ${certificate.subject}, issued by ${certificate.issuer}`;
  return new TlsError('ERR_TLS_CRL_MISSING', { detail, certificate: certificate.der });
}

function revoked(certificate: Certificate, date: number, reason: number): TlsError {
  const detail = `${certificate.subject}, on ${timeText(date)} (${CRL_REASONS[reason] ?? reason})`;
  return new TlsError('ERR_TLS_CERT_REVOKED', { detail, certificate: certificate.der });
}

/** The reasons that the CRL covers for this certificate: 0 if it is not about it. An error if that cannot be told. */
function scopeOf(crl: Crl, certificate: Certificate, issuer: CrlIssuer): number | TlsError {
  if (!sameName(crl.issuer, certificate.issuer)) return 0;
  try {
    const ours = issuer.certificate?.subjectKeyIdentifier ?? null;
    const theirs = crl.authorityKeyIdentifier?.keyIdentifier ?? null;
    if (ours !== null && theirs !== null && !equalBytes(ours, theirs)) return 0;
    if (crl.extension(OID.deltaCRLIndicator) !== null) return 0;
    const point = crl.issuingDistributionPoint;
    return point === null ? ALL_REASONS : scopeOfPoint(point, certificate);
  } catch (error) {
    if (isTlsError(error)) return error;
    throw error;
  }
}

function scopeOfPoint(point: IssuingDistributionPoint, certificate: Certificate): number {
  const ca = certificate.basicConstraints?.ca === true;
  if (point.onlyAttributeCertificates || (ca ? point.onlyUserCertificates : point.onlyCaCertificates)) return 0;
  if (point.name !== null && !pointsTo(certificate, point.name)) return 0;
  return point.onlySomeReasons === null ? ALL_REASONS : point.onlySomeReasons & ALL_REASONS;
}

/** Whether one of the certificate's distribution points has this name (RFC 5280, section 6.3.3 (b)(2)(i)). */
function pointsTo(certificate: Certificate, name: DistributionPointName): boolean {
  for (const point of certificate.crlDistributionPoints ?? []) {
    if (point.name === null) continue;
    for (const one of point.name.fullName ?? []) {
      for (const other of name.fullName ?? []) {
        if (one.kind === 'uri' && other.kind === 'uri' && one.value === other.value) return true;
        if (one.kind === 'directory' && other.kind === 'directory' && sameName(one.value, other.value)) return true;
      }
    }
    const relative = point.name.relativeName;
    if (relative !== null && name.relativeName !== null && equalBytes(relative, name.relativeName)) return true;
  }
  return false;
}

/** Why a CRL that is about the certificate cannot be used; null if it can. */
function* unusable(crl: Crl, issuer: CrlIssuer, context: RevocationContext): Flow<TlsError | null> {
  const problem = contentProblem(crl, context) ?? issuerProblem(issuer) ?? dateProblem(crl, context);
  if (problem !== null) return crlError(crl, problem[0], problem[1]);
  const { spki } = issuer.publicKey;
  if (crl.verifiedBy !== null && equalBytes(crl.verifiedBy, spki)) return null;
  const algorithm = algorithmProblem(crl.signatureAlgorithm, context);
  if (algorithm !== null) return crlError(crl, 'ERR_TLS_CRL_SIGNATURE', algorithm.message);
  const wrong = yield* verifySigned(crl, issuer.publicKey, context);
  if (wrong !== null) return crlError(crl, 'ERR_TLS_CRL_SIGNATURE', '');
  crl.verifiedBy = spki;
  return null;
}

type Problem = readonly [code: ErrorCode, detail: string];

function contentProblem(crl: Crl, context: RevocationContext): Problem | null {
  const invalid = (detail: string): Problem => ['ERR_TLS_CRL_INVALID', detail];
  for (const { critical, oid } of crl.extensions)
    if (critical && UNDERSTOOD.indexOf(oid) < 0) return invalid(`its critical extension ${oid} is not understood`);
  for (const oid of crl.criticalInEntries)
    if (UNDERSTOOD_IN_ENTRIES.indexOf(oid) < 0)
      return invalid(`the critical extension ${oid} of an entry is not understood`);
  if (!context.profile.strictCrls) return null;
  const number = crl.extension(OID.cRLNumber);
  if (number === null) return invalid('it has no CRLNumber');
  if (number.critical) return invalid('its CRLNumber is critical');
  return crl.nextUpdate === null ? invalid('it does not say when the next one is due') : null;
}

function issuerProblem(issuer: CrlIssuer): Problem | null {
  const usage = issuer.certificate?.keyUsage ?? null;
  if (usage === null || (usage & KEY_USAGE.cRLSign) !== 0) return null;
  return ['ERR_TLS_CRL_INVALID', 'its issuer may not sign CRLs (keyUsage)'];
}

function dateProblem(crl: Crl, context: RevocationContext): Problem | null {
  const { time } = context;
  if (time === null) return null;
  if (time < crl.thisUpdate) return ['ERR_TLS_CRL_NOT_YET_VALID', `it begins ${timeText(crl.thisUpdate)}`];
  if (crl.nextUpdate !== null && time > crl.nextUpdate)
    return ['ERR_TLS_CRL_EXPIRED', `the next one was due ${timeText(crl.nextUpdate)}`];
  return null;
}

function crlError(crl: Crl, code: ErrorCode, detail: string): TlsError {
  return new TlsError(code, { detail: `the one of ${crl.issuer}${detail === '' ? '' : `: ${detail}`}` });
}
