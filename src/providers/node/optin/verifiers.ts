import type { CurveName, SignatureVerifier } from '../../../crypto/index.ts';
import { hasCurve, hasKeyType } from '../available.ts';
import { ecdsa, rsaPkcs1, selfHashing } from '../verify.ts';
import { mlDsa44, mlDsa65, mlDsa87 } from './mldsa.ts';

export { mlDsa44, mlDsa65, mlDsa87 };

const NIST: readonly CurveName[] = ['P-256', 'P-384', 'P-521'];
const OTHERS: readonly CurveName[] = /* @__PURE__ */ presentCurves();

/** RFC 8032. */
export const ed448: SignatureVerifier = /* @__PURE__ */ selfHashing('ed448');

/** secp256k1 and brainpool (RFC 5639, RFC 8734). */
export const ecdsaOtherCurvesSha256: SignatureVerifier = /* @__PURE__ */ ecdsa('sha256', OTHERS);
export const ecdsaOtherCurvesSha384: SignatureVerifier = /* @__PURE__ */ ecdsa('sha384', OTHERS);
export const ecdsaOtherCurvesSha512: SignatureVerifier = /* @__PURE__ */ ecdsa('sha512', OTHERS);

/** SHA-1, for what nobody will renew any more. */
export const ecdsaSha1: SignatureVerifier = /* @__PURE__ */ ecdsa('sha1', NIST);
export const rsaPkcs1Sha1: SignatureVerifier = /* @__PURE__ */ rsaPkcs1('sha1');

/** All that this Node can do besides the default offer. */
export const optInVerifiers: readonly SignatureVerifier[] = /* @__PURE__ */ available();

function available(): SignatureVerifier[] {
  const verifiers: SignatureVerifier[] = [mlDsa44, mlDsa65, mlDsa87];
  if (hasKeyType('ed448')) verifiers.push(ed448);
  if (OTHERS.length > 0) verifiers.push(ecdsaOtherCurvesSha256, ecdsaOtherCurvesSha384, ecdsaOtherCurvesSha512);
  verifiers.push(ecdsaSha1, rsaPkcs1Sha1);
  return verifiers;
}

function presentCurves(): CurveName[] {
  const curves: CurveName[] = ['secp256k1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'];
  return curves.filter(hasCurve);
}
