export { AnchorSet, anchorFromCertificate, type TrustAnchor } from './anchor.ts';
export { DEFAULT_PATH_LIMITS, type PathLimits } from './budget.ts';
export { createPathCache, type PathCache } from './cache.ts';
export { Certificate, type Extension, parseCertificate } from './certificate.ts';
export { CRL_REASONS, Crl, crlsFrom, parseCrl, type RevokedEntry } from './crl.ts';
export {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  KEY_USAGE,
  type NameConstraints,
  type PolicyInformation,
} from './extensions.ts';
export type { GeneralName, GeneralNameKind } from './general-name.ts';
export {
  type NameOptions,
  namesOf,
  parseReference,
  type Reference,
  verifyEmails,
  verifyServerName,
} from './identity.ts';
export { anchorsFrom, certificatesFrom } from './input.ts';
export { ipAddressText, parseIpAddress } from './ip-address.ts';
export { type Attribute, attributeName, attributeText, Name, sameName } from './name.ts';
export { type CompiledConstraints, compileConstraints } from './name-constraints.ts';
export { type CertId, type OcspRequestOptions, ocspRequest } from './ocsp-cert-id.ts';
export { type OcspChecker, type OcspOptions, ocspChecker } from './ocsp-checker.ts';
export {
  OcspResponse,
  type OcspResponseOptions,
  parseOcspResponse,
  type ResponderId,
  type SingleResponse,
} from './ocsp-response.ts';
export { OPENSSL_CODES, opensslCode } from './openssl-codes.ts';
export { findPath } from './path.ts';
export { DEFAULT_DEPTH, type IssuerStaple, type PathOptions, type PathRequest } from './path-request.ts';
export { KeyPins, keyPin, keyPins } from './pins.ts';
export {
  type Profile,
  privateProfile,
  type Role,
  RULES,
  type Rule,
  strictProfile,
  type Usage,
  unknownCriticalExtensions,
} from './profile/index.ts';
export type { RevocationPolicy, RevocationScope } from './revocation.ts';
export type { SignatureAlgorithm } from './signature-algorithm.ts';
export { isKeyOf, publicKey } from './spki.ts';
export { pathDer, type VerifiedPath } from './verified-path.ts';
export { type ChainRequest, verifyCertificate, verifyChain } from './verify-chain.ts';
