import { ed25519 as nobleEd25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256 as nobleSha256, sha384 as nobleSha384, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { PKCS1_SHA256, PKCS1_SHA384, PKCS1_SHA512 } from 'micro-rsa-dsa-dh/rsa.js';
import type { SignatureVerifier } from '../../crypto/index.ts';
import { sha256, sha384, sha512 } from './hash.ts';
import { type Curves, ecdsa, rsaPkcs1, rsaPss, selfHashing } from './verify.ts';

const NIST: Curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };

export const ecdsaSha256: SignatureVerifier = /* @__PURE__ */ ecdsa(sha256, NIST);
export const ecdsaSha384: SignatureVerifier = /* @__PURE__ */ ecdsa(sha384, NIST);
export const ecdsaSha512: SignatureVerifier = /* @__PURE__ */ ecdsa(sha512, NIST);

/** By RFC 8032 itself, not by ZIP 215 that noble follows unless told. */
export const ed25519: SignatureVerifier = /* @__PURE__ */ selfHashing('ed25519', (signature, message, publicKey) =>
  nobleEd25519.verify(signature, message, publicKey, { zip215: false }),
);

export const rsaPssSha256: SignatureVerifier = /* @__PURE__ */ rsaPss(sha256, nobleSha256);
export const rsaPssSha384: SignatureVerifier = /* @__PURE__ */ rsaPss(sha384, nobleSha384);
export const rsaPssSha512: SignatureVerifier = /* @__PURE__ */ rsaPss(sha512, nobleSha512);
export const rsaPkcs1Sha256: SignatureVerifier = /* @__PURE__ */ rsaPkcs1(sha256, PKCS1_SHA256);
export const rsaPkcs1Sha384: SignatureVerifier = /* @__PURE__ */ rsaPkcs1(sha384, PKCS1_SHA384);
export const rsaPkcs1Sha512: SignatureVerifier = /* @__PURE__ */ rsaPkcs1(sha512, PKCS1_SHA512);

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
