import { DerReader, OID } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { type Hash, hashOf, type PublicKey } from '../crypto/index.ts';
import { type ErrorCode, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Certificate } from './certificate.ts';
import { delegateProblem } from './delegate.ts';
import { KEY_USAGE } from './extensions.ts';
import { type Name, sameName } from './name.ts';
import type { OcspResponse } from './ocsp-response.ts';
import type { CertificateIssuer, EvidenceContext } from './revocation-evidence.ts';
import { algorithmProblem, verifySigned } from './signed.ts';

/**
 * What is wrong with who signed the response (RFC 6960, section 4.2.2.2): it has to be the issuer of the certificate, or
 * somebody to whom that issuer gave a certificate for OCSP signing. Null if nothing is.
 */
export function* responderProblem(
  response: OcspResponse,
  certificate: Certificate,
  issuer: CertificateIssuer,
  hashes: readonly Hash[],
  context: EvidenceContext,
): Flow<TlsError | null> {
  const algorithm = algorithmProblem(response.signatureAlgorithm, context);
  if (algorithm !== null) return new TlsError('ERR_TLS_OCSP_SIGNATURE', { detail: algorithm.message });
  if (isResponder(response, certificate.issuer, issuer.publicKey, hashes)) {
    const problem = yield* signatureProblem(response, issuer.publicKey, context);
    if (problem === null) return null;
    if (response.certificates.length === 0) return problem;
  }
  let problem: TlsError | null = null;
  for (const responder of response.certificates) {
    const wrong = yield* delegationProblem(response, responder, certificate, issuer, hashes, context);
    if (wrong === null) return null;
    problem = problem ?? wrong;
  }
  return problem ?? new TlsError('ERR_TLS_OCSP_RESPONDER', { detail: `${nameOf(response)} is not the issuer` });
}

/** What keeps this certificate from being that of a responder whom the issuer has authorized, and who signed this. */
function* delegationProblem(
  response: OcspResponse,
  responder: Certificate,
  certificate: Certificate,
  issuer: CertificateIssuer,
  hashes: readonly Hash[],
  context: EvidenceContext,
): Flow<TlsError | null> {
  try {
    const refused = (detail: string) =>
      new TlsError('ERR_TLS_OCSP_RESPONDER', { detail: `${responder.subject} ${detail}`, certificate: responder.der });
    if (!isResponder(response, responder.subject, responder.publicKey, hashes)) return refused('is not who signed it');
    if (!sameName(responder.issuer, certificate.issuer)) return refused('has its certificate from somebody else');
    if ((responder.extendedKeyUsage ?? []).indexOf(OID['id-kp-OCSPSigning']) < 0)
      return refused('has a certificate that is not for OCSP signing');
    const usage = responder.keyUsage;
    if (usage !== null && (usage & (KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation)) === 0)
      return refused('may not sign (keyUsage)');
    const unfit = delegateProblem(responder, context);
    if (unfit !== null) return refused(`has a certificate that will not do: ${unfit}`);
    if ((yield* issuedProblem(responder, issuer, context)) !== null)
      return refused('has a certificate that the issuer has not signed');
    const problem = yield* signatureProblem(response, responder.publicKey, context);
    if (problem !== null || hasNoCheck(responder)) return problem;
    const evidence = yield* context.responderEvidence(responder, issuer);
    return evidence.revoked === null ? evidence.problem : refused('has a certificate that is revoked');
  } catch (error) {
    if (!isTlsError(error) || error.code === 'ERR_TLS_CERT_BUDGET') throw error;
    return new TlsError('ERR_TLS_OCSP_RESPONDER', { detail: error.message, certificate: responder.der, cause: error });
  }
}

/** Whether the response says that this is who signed it. A hash that cannot be made tells nothing. */
function isResponder(response: OcspResponse, name: Name, key: PublicKey, hashes: readonly Hash[]): boolean {
  const { responderId } = response;
  if (responderId.kind === 'name') return sameName(responderId.name, name);
  const sha1 = hashOf({ hashes }, 'sha1');
  return sha1 === null || equalBytes(responderId.hash, sha1.digest(key.raw));
}

function* signatureProblem(response: OcspResponse, key: PublicKey, context: EvidenceContext): Flow<TlsError | null> {
  if (response.verifiedBy !== null && equalBytes(response.verifiedBy, key.spki)) return null;
  const wrong = yield* verifySigned(response, key, context);
  if (wrong !== null) return new TlsError('ERR_TLS_OCSP_SIGNATURE', { detail: `that of ${nameOf(response)}` });
  response.verifiedBy = key.spki;
  return null;
}

function* issuedProblem(
  responder: Certificate,
  issuer: CertificateIssuer,
  context: EvidenceContext,
): Flow<ErrorCode | null> {
  const algorithm = algorithmProblem(responder.signatureAlgorithm, context);
  return algorithm === null ? yield* verifySigned(responder, issuer.publicKey, context) : algorithm.code;
}

/** RFC 6960, section 4.2.2.2.1: its certificate is not to be checked for revocation, having a short life. */
function hasNoCheck(responder: Certificate): boolean {
  const extension = responder.extension(OID['id-pkix-ocsp-nocheck']);
  if (extension === null) return false;
  const reader = new DerReader(responder.der, extension.from, extension.to);
  reader.empty();
  reader.done();
  return true;
}

function nameOf({ responderId }: OcspResponse): string {
  return responderId.kind === 'name' ? `${responderId.name}` : 'the responder';
}
