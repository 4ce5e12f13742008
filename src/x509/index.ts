export { Certificate, type Extension, parseCertificate } from './certificate.ts';
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
export { type Attribute, attributeName, attributeText, Name, sameName } from './name.ts';
export type { SignatureAlgorithm } from './signature-algorithm.ts';
export { publicKey } from './spki.ts';
