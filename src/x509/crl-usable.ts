import { OID, timeText } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import { type ErrorCode, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { KEY_USAGE } from './extensions.ts';
import { sameName } from './name.ts';
import type { CertificateIssuer, EvidenceContext } from './revocation-evidence.ts';
import { algorithmProblem, verifySigned } from './signed.ts';

const UNDERSTOOD: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.cRLNumber,
  OID.issuingDistributionPoint,
  OID.deltaCRLIndicator,
  OID.issuerAltName,
  OID.freshestCRL,
];
const UNDERSTOOD_IN_ENTRIES: readonly string[] = [OID.cRLReason, OID.invalidityDate, OID.certificateIssuer];

/** `fresh` and `stale` CRLs count; one of a `namesake` of the issuer is not about its certificates. */
export type CrlState = 'fresh' | 'stale' | 'namesake';

type Problem = readonly [code: ErrorCode, detail: string];

/** What a CRL is worth that is about the certificate by its scope. An error if it cannot be used. */
export function* crlState(
  crl: Crl,
  certificate: Certificate,
  issuer: CertificateIssuer,
  context: EvidenceContext,
): Flow<CrlState | TlsError> {
  let signed: true | Problem | null;
  try {
    const problem = contentProblem(crl, context);
    signed = problem ?? (yield* signedBy(crl, certificate, issuer, context));
  } catch (error) {
    if (!isTlsError(error) || error.code === 'ERR_TLS_CERT_BUDGET') throw error;
    return error;
  }
  if (signed === null) return 'namesake';
  const late = isLate(crl, context);
  const problem = signed !== true ? signed : late && context.usesExpiredCrls ? null : dateProblem(crl, late, context);
  return problem === null ? (late ? 'stale' : 'fresh') : crlError(crl, problem);
}

/**
 * Whether the issuer signed it, or somebody whom it lets sign CRLs: true, or what is wrong. Null if it is by another
 * authority with the same name, which the key identifier tells.
 */
function* signedBy(
  crl: Crl,
  certificate: Certificate,
  issuer: CertificateIssuer,
  context: EvidenceContext,
): Flow<true | Problem | null> {
  const direct = sameName(crl.issuer, certificate.issuer);
  const wanted = crl.authorityKeyIdentifier?.keyIdentifier ?? null;
  let problem: Problem | null = direct ? null : ['ERR_TLS_CRL_INVALID', 'no certificate of its issuer is known'];
  if (direct && fits(issuer.certificate, wanted)) {
    problem = usageProblem(issuer.certificate) ?? (yield* signatureProblem(crl, issuer.publicKey, context));
    if (problem === null) return true;
  }
  for (const signer of context.crlSigners(crl.issuer)) {
    if (!fits(signer, wanted) || (direct && equalBytes(signer.spki, issuer.publicKey.spki))) continue;
    const wrong = yield* signatureProblem(crl, signer.publicKey, context);
    if (wrong !== null) problem = problem ?? wrong;
    else if (yield* context.trustsCrlSigner(signer)) return true;
    else problem = ['ERR_TLS_CRL_INVALID', `${signer.subject}, who signed it, has no path to the same anchor`];
  }
  return problem;
}

function fits(signer: Certificate | null, wanted: Uint8Array | null): boolean {
  const present = signer?.subjectKeyIdentifier ?? null;
  return wanted === null || present === null || equalBytes(wanted, present);
}

function usageProblem(signer: Certificate | null): Problem | null {
  const usage = signer?.keyUsage ?? null;
  if (usage === null || (usage & KEY_USAGE.cRLSign) !== 0) return null;
  return ['ERR_TLS_CRL_INVALID', 'its issuer may not sign CRLs (keyUsage)'];
}

function* signatureProblem(crl: Crl, key: PublicKey, context: EvidenceContext): Flow<Problem | null> {
  if (crl.verifiedBy !== null && equalBytes(crl.verifiedBy, key.spki)) return null;
  const algorithm = algorithmProblem(crl.signatureAlgorithm, context);
  if (algorithm !== null) return ['ERR_TLS_CRL_SIGNATURE', algorithm.message];
  if ((yield* verifySigned(crl, key, context)) !== null) return ['ERR_TLS_CRL_SIGNATURE', ''];
  crl.verifiedBy = key.spki;
  return null;
}

function contentProblem(crl: Crl, context: EvidenceContext): Problem | null {
  const invalid = (detail: string): Problem => ['ERR_TLS_CRL_INVALID', detail];
  for (const { critical, oid } of crl.extensions)
    if (critical && UNDERSTOOD.indexOf(oid) < 0) return invalid(`its critical extension ${oid} is not understood`);
  for (const oid of crl.criticalInEntries)
    if (UNDERSTOOD_IN_ENTRIES.indexOf(oid) < 0)
      return invalid(`the critical extension ${oid} of an entry is not understood`);
  const { number, baseNumber } = crl;
  if (isNegative(number) || isNegative(baseNumber)) return invalid('its number is negative');
  if (baseNumber !== null && number === null) return invalid('it is a delta without a CRLNumber');
  if (!context.profile.strictCrls) return null;
  if (number === null) return invalid('it has no CRLNumber');
  if (crl.extension(OID.cRLNumber)?.critical === true) return invalid('its CRLNumber is critical');
  return crl.nextUpdate === null ? invalid('it does not say when the next one is due') : null;
}

function isNegative(number: Uint8Array | null): boolean {
  return number !== null && number[0]! >= 0x80;
}

function isLate(crl: Crl, { time, earliest }: EvidenceContext): boolean {
  return crl.nextUpdate !== null && (time ?? earliest) > crl.nextUpdate;
}

function dateProblem(crl: Crl, late: boolean, { time }: EvidenceContext): Problem | null {
  if (late) return ['ERR_TLS_CRL_EXPIRED', `the next one was due ${timeText(crl.nextUpdate!)}`];
  if (time === null || time >= crl.thisUpdate) return null;
  return ['ERR_TLS_CRL_NOT_YET_VALID', `it begins ${timeText(crl.thisUpdate)}`];
}

function crlError(crl: Crl, [code, detail]: Problem): TlsError {
  return new TlsError(code, { detail: `the one of ${crl.issuer}${detail === '' ? '' : `: ${detail}`}` });
}
