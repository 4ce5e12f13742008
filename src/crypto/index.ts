export type { Aead, AeadKey } from './aead.ts';
export type { Cbc, CbcKey } from './cbc.ts';
export { type DigestSigner, digestKey } from './digest-key.ts';
export { ecdsaDerToRaw, ecdsaRawToDer } from './ecdsa.ts';
export type { Agreement, FiniteField, Group, GroupName, KeyShare } from './group.ts';
export type { Hash, HashName, RunningHash } from './hash.ts';
export type { DirectionKeys, Opener, ProtectionOptions12, RecordProtection12, Sealer } from './protection.ts';
export { hashOf, type Provider } from './provider.ts';
export {
  groupOfCurve,
  SCHEMES,
  type SchemeInfo,
  type SignatureScheme,
  schemeById,
  schemeByName,
  schemeFitsKey,
  schemeOf,
  signerNameOf,
} from './schemes.ts';
export type { CurveName, KeyKind, PublicKey, SignatureKind, SignatureVerifier } from './signature.ts';
export type { SignContext, SigningKey, SignRequest } from './signing-key.ts';
export {
  type Bulk12,
  decrypts,
  type Exchange12,
  type RsaEncrypt,
  type Suite,
  type Suite12,
  type Suite13,
  usesPsk,
} from './suite.ts';
