import { ed448 as nobleEd448 } from '@noble/curves/ed448.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { PKCS1_SHA1 } from 'micro-rsa-dsa-dh/rsa.js';
import type { SignatureVerifier } from '../../../crypto/index.ts';
import { sha1, sha256, sha384, sha512 } from '../hash.ts';
import { type Curves, ecdsa, rsaPkcs1, selfHashing } from '../verify.ts';

const NIST: Curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };
const OTHERS: Curves = { secp256k1, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 };

/** RFC 8032. */
export const ed448: SignatureVerifier = /* @__PURE__ */ selfHashing('ed448', (signature, message, publicKey) =>
  nobleEd448.verify(signature, message, publicKey, { zip215: false }),
);

/** FIPS 204 with an empty context, as TLS and X.509 have it (RFC 9881). */
export const mlDsa44: SignatureVerifier = /* @__PURE__ */ selfHashing('ml-dsa-44', ml_dsa44.verify);
export const mlDsa65: SignatureVerifier = /* @__PURE__ */ selfHashing('ml-dsa-65', ml_dsa65.verify);
export const mlDsa87: SignatureVerifier = /* @__PURE__ */ selfHashing('ml-dsa-87', ml_dsa87.verify);

/** secp256k1 and brainpool (RFC 5639, RFC 8734). */
export const ecdsaOtherCurvesSha256: SignatureVerifier = /* @__PURE__ */ ecdsa(sha256, OTHERS);
export const ecdsaOtherCurvesSha384: SignatureVerifier = /* @__PURE__ */ ecdsa(sha384, OTHERS);
export const ecdsaOtherCurvesSha512: SignatureVerifier = /* @__PURE__ */ ecdsa(sha512, OTHERS);

/** SHA-1, for what nobody will renew any more. */
export const ecdsaSha1: SignatureVerifier = /* @__PURE__ */ ecdsa(sha1, NIST);
export const rsaPkcs1Sha1: SignatureVerifier = /* @__PURE__ */ rsaPkcs1(sha1, PKCS1_SHA1);

/** All that noble has besides the default offer. */
export const optInVerifiers: readonly SignatureVerifier[] = [
  mlDsa44,
  mlDsa65,
  mlDsa87,
  ed448,
  ecdsaOtherCurvesSha256,
  ecdsaOtherCurvesSha384,
  ecdsaOtherCurvesSha512,
  ecdsaSha1,
  rsaPkcs1Sha1,
];
