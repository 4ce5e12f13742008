import type { CurveName, SignatureVerifier } from '../../crypto/index.ts';
import { ecdsa, rsaPkcs1, rsaPss, selfHashing } from './verify.ts';

const NIST: readonly CurveName[] = ['P-256', 'P-384', 'P-521'];

export const ecdsaSha256: SignatureVerifier = /* @__PURE__ */ ecdsa('sha256', NIST);
export const ecdsaSha384: SignatureVerifier = /* @__PURE__ */ ecdsa('sha384', NIST);
export const ecdsaSha512: SignatureVerifier = /* @__PURE__ */ ecdsa('sha512', NIST);
export const ed25519: SignatureVerifier = /* @__PURE__ */ selfHashing('ed25519');
export const rsaPssSha256: SignatureVerifier = /* @__PURE__ */ rsaPss('sha256');
export const rsaPssSha384: SignatureVerifier = /* @__PURE__ */ rsaPss('sha384');
export const rsaPssSha512: SignatureVerifier = /* @__PURE__ */ rsaPss('sha512');
export const rsaPkcs1Sha256: SignatureVerifier = /* @__PURE__ */ rsaPkcs1('sha256');
export const rsaPkcs1Sha384: SignatureVerifier = /* @__PURE__ */ rsaPkcs1('sha384');
export const rsaPkcs1Sha512: SignatureVerifier = /* @__PURE__ */ rsaPkcs1('sha512');

export const verifiers: readonly SignatureVerifier[] = [
  ecdsaSha256,
  ecdsaSha384,
  ecdsaSha512,
  ed25519,
  rsaPssSha256,
  rsaPssSha384,
  rsaPssSha512,
  rsaPkcs1Sha256,
  rsaPkcs1Sha384,
  rsaPkcs1Sha512,
];
