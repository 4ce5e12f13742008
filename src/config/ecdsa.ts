import { DerReader, der, TAG } from '../asn1/index.ts';
import type { CurveName } from '../crypto/index.ts';
import { fail, isTlsError } from '../errors/index.ts';

const SIZES: Readonly<Record<CurveName, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  secp256k1: 32,
  brainpoolP256r1: 32,
  brainpoolP384r1: 48,
  brainpoolP512r1: 64,
};

/** Bytes of one coordinate, and so of r and of s. */
export function coordinateSize(curve: CurveName): number {
  return SIZES[curve];
}

/**
 * Turns an ECDSA signature of the form r‖s (PKCS#11, WebCrypto, JOSE, most secure elements) into the DER form that
 * TLS sends. Fails with ERR_TLS_SIGN_BAD_RESULT unless both halves have the same size and are positive.
 */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  if (raw.length === 0 || raw.length % 2 !== 0) {
    fail('ERR_TLS_SIGN_BAD_RESULT', `${raw.length} bytes are not the two halves of a raw ECDSA signature`);
  }
  const size = raw.length / 2;
  const r = raw.subarray(0, size);
  const s = raw.subarray(size);
  if (isZero(r) || isZero(s)) fail('ERR_TLS_SIGN_BAD_RESULT', 'a half of the raw ECDSA signature is zero');
  return der.sequence(der.integer(r), der.integer(s));
}

/** Whether these bytes are an ECDSA-Sig-Value (RFC 3279, section 2.2.3) whose numbers fit `size` bytes. */
export function isEcdsaDer(bytes: Uint8Array, size: number): boolean {
  try {
    const reader = new DerReader(bytes);
    const outer = reader.enter(TAG.SEQUENCE);
    const r = reader.positive();
    const s = reader.positive();
    reader.leave(outer);
    reader.done();
    return r.length <= size && s.length <= size;
  } catch (error) {
    if (isTlsError(error)) return false;
    throw error;
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
