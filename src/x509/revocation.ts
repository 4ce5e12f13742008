import { TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { crlEvidence } from './crl-evidence.ts';
import type { OcspChecker, OcspEvidence } from './ocsp-checker.ts';
import { type CertificateIssuer, type Evidence, type EvidenceContext, NO_EVIDENCE } from './revocation-evidence.ts';

/**
 * What to do about revocation. `off`: nothing, not even where a certificate demands a stapled OCSP response. `prefer`:
 * believe a certificate that no CRL and no OCSP response is about. `require`: refuse it. Evidence that is there and cannot
 * be used is an error in both.
 */
export type RevocationPolicy = 'off' | 'prefer' | 'require';

/** For which certificates of a path evidence is required. What is there is looked at for all of them. */
export type RevocationScope = 'path' | 'leaf';

/** What there is to look at. */
export interface RevocationContext extends EvidenceContext {
  readonly crls: readonly Crl[];
  readonly ocsp: OcspChecker | null;
}

/** What is asked of one certificate. */
export interface RevocationDemands {
  /** Whether something has to be about it. */
  readonly required: boolean;
  /** The OCSP response that came with this very certificate; null: none did. */
  readonly staple: Uint8Array | null;
  /** Whether the certificate demands a stapled OCSP response (RFC 7633). */
  readonly mustStaple: boolean;
}

/** What is known about a certificate that is not known to be revoked. */
export interface RevocationStatus {
  /** `unknown`: nothing is about it. */
  readonly status: 'good' | 'unknown';
  /** Seconds since 1970 until which that is current; Infinity if no end is known. */
  readonly until: number;
  /** Whether it rests on a CRL that is out of date. */
  readonly stale: boolean;
}

const NO_OCSP: OcspEvidence = { ...NO_EVIDENCE, stapled: false };

/** Whether the certificate is revoked (RFC 5280, section 6.3; RFC 6960). Returns the error, or what is known. */
export function* checkRevocation(
  certificate: Certificate,
  issuer: CertificateIssuer,
  demands: RevocationDemands,
  context: RevocationContext,
): Flow<TlsError | RevocationStatus> {
  const { ocsp, crls } = context;
  const { staple } = demands;
  const fromOcsp = ocsp === null ? NO_OCSP : yield* ocsp.evidence(certificate, issuer, staple, context);
  if (fromOcsp.revoked !== null) return fromOcsp.revoked;
  const fromCrls = yield* crlEvidence(certificate, issuer, crls, context);
  if (fromCrls.revoked !== null) return fromCrls.revoked;
  if (demands.mustStaple && !fromOcsp.stapled)
    return fromOcsp.problem ?? missing('ERR_TLS_OCSP_MISSING', certificate, 'demands a stapled one');
  if (fromOcsp.good || fromCrls.good) return found(fromOcsp, fromCrls);
  const problem = fromOcsp.problem ?? fromCrls.problem;
  if (problem !== null) return problem;
  if (!demands.required) return { status: 'unknown', until: Number.POSITIVE_INFINITY, stale: false };
  const code = ocsp !== null && crls.length === 0 ? 'ERR_TLS_OCSP_MISSING' : 'ERR_TLS_CRL_MISSING';
  return missing(code, certificate, `issued by ${certificate.issuer}`);
}

/** The more current of what speaks for the certificate. */
function found(ocsp: OcspEvidence, crls: Evidence): RevocationStatus {
  const best = !crls.good || (ocsp.good && ocsp.until >= crls.until) ? ocsp : crls;
  return { status: 'good', until: best.until, stale: best.stale };
}

function missing(
  code: 'ERR_TLS_OCSP_MISSING' | 'ERR_TLS_CRL_MISSING',
  certificate: Certificate,
  what: string,
): TlsError {
  const detail = `${code === 'ERR_TLS_CRL_MISSING' ? 'none is about ' : ''}${certificate.subject}, ${what}`;
  return new TlsError(code, { detail, certificate: certificate.der });
}
