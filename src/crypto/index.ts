export type { Aead, AeadKey } from './aead.ts';
export type { Cbc, CbcKey } from './cbc.ts';
export type { Agreement, FiniteField, Group, GroupName, KeyShare } from './group.ts';
export type { Hash, HashName, RunningHash } from './hash.ts';
export { hashOf, type Provider } from './provider.ts';
export { SCHEMES, type SchemeInfo, type SignatureScheme, schemeById, schemeByName, schemeFitsKey } from './schemes.ts';
export type { CurveName, KeyKind, PublicKey, SignatureKind, SignatureVerifier } from './signature.ts';
export type { SignContext, SigningKey, SignRequest } from './signing-key.ts';
export type { Bulk12, Exchange12, Suite, Suite12, Suite13 } from './suite.ts';
