import { timeText } from '../asn1/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import { TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import { CRL_REASONS } from './crl.ts';
import type { Name } from './name.ts';
import type { SignatureContext } from './signed.ts';

/** Whoever signed a certificate, and so vouches for it. */
export interface CertificateIssuer {
  readonly publicKey: PublicKey;
  /** Its certificate; null for an anchor without one. */
  readonly certificate: Certificate | null;
}

/** What CRLs or OCSP responses say about one certificate. */
export interface Evidence {
  /** The error that says when and why; null if nothing says that it is revoked. */
  readonly revoked: TlsError | null;
  /** Whether something covers it in full and does not call it revoked. */
  readonly good: boolean;
  /** Seconds since 1970 until which that is current; Infinity if no end is known. */
  readonly until: number;
  /** Whether it rests on a CRL that is out of date. */
  readonly stale: boolean;
  /** What keeps evidence that is about it from being used. */
  readonly problem: TlsError | null;
}

export const NO_EVIDENCE: Evidence = {
  revoked: null,
  good: false,
  until: Number.POSITIVE_INFINITY,
  stale: false,
  problem: null,
};

export interface EvidenceContext extends SignatureContext {
  /** Seconds since 1970; null: there is no clock. */
  readonly time: number | null;
  /** Seconds since 1970 that have certainly passed, whether there is a clock or not. */
  readonly earliest: number;
  /** Whether a CRL that is out of date still counts. */
  readonly usesExpiredCrls: boolean;
  /** Certificates with this subject whose key may sign CRLs. */
  crlSigners(name: Name): readonly Certificate[];
  /** Whether such a certificate has a path to the anchor of the one concerned (RFC 5280, section 6.3.3 (f)). */
  trustsCrlSigner(signer: Certificate): Flow<boolean>;
  /** What CRLs alone say about a certificate that the issuer gave to a responder. */
  responderEvidence(responder: Certificate, issuer: CertificateIssuer): Flow<Evidence>;
}

export function revokedError(certificate: Certificate, date: number, reason: number): TlsError {
  const detail = `${certificate.subject}, on ${timeText(date)} (${CRL_REASONS[reason] ?? reason})`;
  return new TlsError('ERR_TLS_CERT_REVOKED', { detail, certificate: certificate.der });
}
