import { OID, timeText } from '../asn1/index.ts';
import type { Hash } from '../crypto/index.ts';
import { fail, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate, Extension } from './certificate.ts';
import { isCertId } from './ocsp-cert-id.ts';
import { responderProblem } from './ocsp-responder.ts';
import { type OcspResponse, parseOcspResponse, type SingleResponse } from './ocsp-response.ts';
import {
  type CertificateIssuer,
  type Evidence,
  type EvidenceContext,
  NO_EVIDENCE,
  revokedError,
} from './revocation-evidence.ts';

export interface OcspOptions {
  /** Those of the provider. SHA-1 and SHA-256 are what responders name certificates by. */
  readonly hashes: readonly Hash[];
  /** Responses fetched before, as DER or parsed: for certificates that come without one, such as intermediates. */
  readonly responses?: readonly (OcspResponse | Uint8Array)[];
}

/** What OCSP responses say about a certificate. */
export interface OcspEvidence extends Evidence {
  /** Whether the stapled response says that the certificate is good. */
  readonly stapled: boolean;
}

/** Judges OCSP responses. A path verifier that has none looks at none, and asks servers for none. */
export interface OcspChecker {
  evidence(
    certificate: Certificate,
    issuer: CertificateIssuer,
    staple: Uint8Array | null,
    context: EvidenceContext,
  ): Flow<OcspEvidence>;
}

/** Seconds by which a responder's clock may be ahead. */
const TOLERANCE = 300;
/** Seconds for which a response without nextUpdate counts. */
const LIFETIME = 86_400;

/** Extensions that are understood, or that change nothing here, so that they may be critical. */
const UNDERSTOOD: readonly string[] = [
  OID['id-pkix-ocsp-nonce'],
  OID['id-pkix-ocsp-extended-revoke'],
  OID['id-pkix-ocsp-archive-cutoff'],
];

/** Makes the judge of OCSP responses for `ocsp`. Fails with ERR_TLS_CONFIG or ERR_TLS_OCSP_PARSE. */
export function ocspChecker(options: OcspOptions): OcspChecker {
  return new Checker(options);
}

class Checker implements OcspChecker {
  private readonly hashes: readonly Hash[];
  private readonly responses: readonly OcspResponse[];

  constructor({ hashes, responses = [] }: OcspOptions) {
    if (hashes.length === 0) fail('ERR_TLS_CONFIG', 'ocsp needs hashes, such as provider.hashes');
    this.hashes = hashes;
    this.responses = responses.map((one) => ('responses' in one ? one : parseOcspResponse(one)));
  }

  *evidence(
    certificate: Certificate,
    issuer: CertificateIssuer,
    staple: Uint8Array | null,
    context: EvidenceContext,
  ): Flow<OcspEvidence> {
    const stapled = staple === null ? NO_EVIDENCE : yield* this.stapled(staple, certificate, issuer, context);
    if (stapled.revoked !== null) return { ...stapled, stapled: false };
    let sum: OcspEvidence = { ...stapled, stapled: stapled.good };
    for (const response of this.responses) {
      const one = yield* this.judge(response, certificate, issuer, context);
      if (one.revoked !== null) return { ...one, stapled: false };
      if (one.good && (!sum.good || one.until > sum.until)) sum = { ...sum, good: true, until: one.until };
      else if (sum.problem === null) sum = { ...sum, problem: one.problem };
    }
    return sum;
  }

  private *stapled(
    der: Uint8Array,
    certificate: Certificate,
    issuer: CertificateIssuer,
    context: EvidenceContext,
  ): Flow<Evidence> {
    let response: OcspResponse;
    try {
      response = parseOcspResponse(der);
    } catch (error) {
      if (isTlsError(error)) return problem(error);
      throw error;
    }
    return yield* this.judge(response, certificate, issuer, context);
  }

  /** Of several answers about the certificate in one response, `unknown` and above all `revoked` count before `good`. */
  private *judge(
    response: OcspResponse,
    certificate: Certificate,
    issuer: CertificateIssuer,
    context: EvidenceContext,
  ): Flow<Evidence> {
    const answers = response.responses.filter(({ certId }) =>
      isCertId(certId, certificate, issuer.publicKey, this.hashes),
    );
    if (answers.length === 0) return NO_EVIDENCE;
    const wrong =
      extensionProblem(response.extensions) ??
      (yield* responderProblem(response, certificate, issuer, this.hashes, context));
    if (wrong !== null) return problem(wrong);
    let good: Evidence | null = null;
    let bad: Evidence | null = null;
    for (const answer of answers) {
      const one = judged(answer, certificate, context);
      if (one.revoked !== null) return one;
      if (one.good) good = good !== null && good.until > one.until ? good : one;
      else if (bad === null || isUnknown(one)) bad = one;
    }
    return bad !== null && (good === null || isUnknown(bad)) ? bad : (good ?? NO_EVIDENCE);
  }
}

function isUnknown({ problem }: Evidence): boolean {
  return problem?.code === 'ERR_TLS_OCSP_UNKNOWN';
}

function judged(answer: SingleResponse, certificate: Certificate, context: EvidenceContext): Evidence {
  const wrong = extensionProblem(answer.extensions) ?? dateProblem(answer, context);
  if (wrong !== null) return problem(wrong);
  if (answer.status === 'revoked')
    return { ...NO_EVIDENCE, revoked: revokedError(certificate, answer.revocationDate ?? 0, answer.reason) };
  if (answer.status === 'unknown')
    return problem(
      new TlsError('ERR_TLS_OCSP_UNKNOWN', { detail: `${certificate.subject}`, certificate: certificate.der }),
    );
  return { ...NO_EVIDENCE, good: true, until: endOf(answer) };
}

/** RFC 9919 wants a nextUpdate, and so does the strict profile; without it, nobody knows for how long it counts. */
function dateProblem(answer: SingleResponse, { time, earliest, profile }: EvidenceContext): TlsError | null {
  if (answer.nextUpdate === null && profile.strictCrls)
    return new TlsError('ERR_TLS_OCSP_INVALID', { detail: 'it does not say when the next one is due' });
  const end = endOf(answer);
  if ((time ?? earliest) > end)
    return new TlsError('ERR_TLS_OCSP_EXPIRED', { detail: `the next one was due ${timeText(end)}` });
  if (time === null || time + TOLERANCE >= answer.thisUpdate) return null;
  return new TlsError('ERR_TLS_OCSP_NOT_YET_VALID', { detail: `it begins ${timeText(answer.thisUpdate)}` });
}

function endOf({ nextUpdate, thisUpdate }: SingleResponse): number {
  return nextUpdate ?? thisUpdate + LIFETIME;
}

function extensionProblem(extensions: readonly Extension[]): TlsError | null {
  for (const { critical, oid } of extensions) {
    if (!critical || UNDERSTOOD.indexOf(oid) >= 0) continue;
    return new TlsError('ERR_TLS_OCSP_INVALID', { detail: `its critical extension ${oid} is not understood` });
  }
  return null;
}

function problem(error: TlsError): Evidence {
  return { ...NO_EVIDENCE, problem: error };
}
