import { der, OID } from '../../asn1/index.ts';
import { concat, EMPTY } from '../../bytes/index.ts';

export type NistCurve = 'P-256' | 'P-384' | 'P-521';

const CURVE_OIDS: Readonly<Record<NistCurve, string>> = {
  'P-256': OID.secp256r1,
  'P-384': OID.secp384r1,
  'P-521': OID.secp521r1,
};

/** Bytes of a coordinate, and of r and of s. */
export const COORDINATE: Readonly<Record<NistCurve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** SubjectPublicKeyInfo of an uncompressed point (RFC 5480, section 2). */
export function ecSpki(curve: NistCurve, point: Uint8Array): Uint8Array {
  const algorithm = der.sequence(der.oid(OID['id-ecPublicKey']), der.oid(CURVE_OIDS[curve]));
  return der.sequence(algorithm, der.bitString(point));
}

export function ecSpkiFromXy(curve: NistCurve, x: Uint8Array, y: Uint8Array): Uint8Array {
  const size = COORDINATE[curve];
  const pad = (one: Uint8Array): Uint8Array => concat(new Uint8Array(Math.max(0, size - one.length)), one);
  return ecSpki(curve, concat(new Uint8Array([4]), pad(x), pad(y)));
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 4). */
export function ed25519Spki(raw: Uint8Array): Uint8Array {
  return der.sequence(der.sequence(der.oid(OID['id-Ed25519'])), der.bitString(raw));
}

/** SubjectPublicKeyInfo of modulus and exponent, big-endian (RFC 3279, section 2.3.1). */
export function rsaSpki(n: Uint8Array, e: Uint8Array): Uint8Array {
  const algorithm = der.sequence(der.oid(OID.rsaEncryption), der.nothing());
  return der.sequence(algorithm, der.bitString(der.sequence(der.integer(n), der.integer(e))));
}

/** Without the zeros in front, which some devices store. */
export function magnitude(number: Uint8Array): Uint8Array {
  let at = 0;
  while (at < number.length && number[at] === 0) at += 1;
  return at === number.length ? EMPTY : number.subarray(at);
}
