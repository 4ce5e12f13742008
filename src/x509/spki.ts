import { DerReader, OID, TAG } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { CurveName, HashName, KeyKind, PublicKey } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { guarded } from './guard.ts';
import { pssParameters } from './pss.ts';

/** Larger ones would let a stranger spend our time: verifying takes more than a millisecond. */
const MAX_RSA_BITS = 8192;
const MAX_RSA_EXPONENT_BYTES = 4;

interface Curve {
  readonly name: CurveName;
  readonly bits: number;
}

const CURVES: Readonly<Record<string, Curve>> = {
  [OID.secp256r1]: { name: 'P-256', bits: 256 },
  [OID.secp384r1]: { name: 'P-384', bits: 384 },
  [OID.secp521r1]: { name: 'P-521', bits: 521 },
  [OID.secp256k1]: { name: 'secp256k1', bits: 256 },
  [OID.brainpoolP256r1]: { name: 'brainpoolP256r1', bits: 256 },
  [OID.brainpoolP384r1]: { name: 'brainpoolP384r1', bits: 384 },
  [OID.brainpoolP512r1]: { name: 'brainpoolP512r1', bits: 512 },
};

/** Keys that are octets and nothing else: their kind, size in bytes, and strength in bits. */
const RAW: Readonly<Record<string, { readonly kind: KeyKind; readonly size: number; readonly bits: number }>> = {
  [OID['id-Ed25519']]: { kind: 'ed25519', size: 32, bits: 255 },
  [OID['id-Ed448']]: { kind: 'ed448', size: 57, bits: 448 },
  [OID['id-ml-dsa-44']]: { kind: 'ml-dsa-44', size: 1312, bits: 10_496 },
  [OID['id-ml-dsa-65']]: { kind: 'ml-dsa-65', size: 1952, bits: 15_616 },
  [OID['id-ml-dsa-87']]: { kind: 'ml-dsa-87', size: 2592, bits: 20_736 },
};

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) strictly: named curves only, points of the right length,
 * positive odd RSA moduli, no parameters where the RFCs forbid them. Fails with ERR_TLS_CERT_PUBLIC_KEY.
 */
export function publicKey(spki: Uint8Array): PublicKey {
  return guarded('ERR_TLS_CERT_PUBLIC_KEY', null, () => read(spki));
}

/**
 * Whether a certificate's key is the one that this SubjectPublicKeyInfo tells. An RSA key may be certified as id-RSASSA-PSS
 * (RFC 4055), of which the device that holds it knows nothing. Fails with ERR_TLS_CERT_PUBLIC_KEY.
 */
export function isKeyOf(spki: Uint8Array, certified: PublicKey): boolean {
  if (equalBytes(spki, certified.spki)) return true;
  if (certified.kind !== 'rsa-pss') return false;
  const told = publicKey(spki);
  return told.kind === 'rsa' && equalBytes(told.raw, certified.raw);
}

function read(spki: Uint8Array): PublicKey {
  const reader = new DerReader(spki);
  const whole = reader.enter(TAG.SEQUENCE);
  const algorithm = reader.enter(TAG.SEQUENCE);
  const oid = reader.oid();
  let curve: Curve | null = null;
  let pss: { hash: HashName; saltLength: number } | null = null;
  const raw = RAW[oid];
  if (oid === OID['id-ecPublicKey']) curve = namedCurve(reader);
  else if (oid === OID.rsaEncryption) reader.empty();
  else if (oid === OID['id-RSASSA-PSS']) pss = reader.more ? pssParameters(reader) : null;
  else if (raw === undefined) fail('ERR_TLS_CERT_PUBLIC_KEY', `the algorithm ${oid} is not known`);
  reader.leave(algorithm);
  const bits = reader.bitString();
  reader.leave(whole);
  reader.done();
  if (curve !== null) return ecKey(spki, bits, curve);
  if (raw === undefined) return rsaKey(spki, bits, oid === OID.rsaEncryption ? 'rsa' : 'rsa-pss', pss);
  if (bits.length !== raw.size) fail('ERR_TLS_CERT_PUBLIC_KEY', `${bits.length} bytes instead of ${raw.size}`);
  return { kind: raw.kind, spki, raw: bits, bits: raw.bits };
}

function namedCurve(reader: DerReader): Curve {
  if (reader.peek() !== TAG.OID) fail('ERR_TLS_CERT_PUBLIC_KEY', 'the curve is not given by its name');
  const oid = reader.oid();
  return CURVES[oid] ?? fail('ERR_TLS_CERT_PUBLIC_KEY', `the curve ${oid} is not known`);
}

function ecKey(spki: Uint8Array, point: Uint8Array, curve: Curve): PublicKey {
  const size = Math.ceil(curve.bits / 8);
  const form = point[0];
  const fits = form === 4 ? point.length === 1 + 2 * size : (form === 2 || form === 3) && point.length === 1 + size;
  if (!fits) fail('ERR_TLS_CERT_PUBLIC_KEY', `the point does not have the form of one on ${curve.name}`);
  return { kind: 'ec', spki, raw: point, curve: curve.name, bits: curve.bits };
}

function rsaKey(
  spki: Uint8Array,
  der: Uint8Array,
  kind: 'rsa' | 'rsa-pss',
  pss: { hash: HashName; saltLength: number } | null,
): PublicKey {
  const reader = new DerReader(der);
  const outer = reader.enter(TAG.SEQUENCE);
  const n = reader.positive();
  const e = reader.positive();
  reader.leave(outer);
  reader.done();
  const bits = n.length * 8 - leadingZeros(n[0]!);
  const even = (n[n.length - 1]! & 1) === 0 || (e[e.length - 1]! & 1) === 0;
  if (even || bits < 512 || bits > MAX_RSA_BITS || (e.length === 1 && e[0]! < 3) || e.length > MAX_RSA_EXPONENT_BYTES)
    fail('ERR_TLS_CERT_PUBLIC_KEY', 'the numbers of the RSA key cannot be right');
  const key = { kind, spki, raw: der, rsa: { n, e }, bits };
  return pss === null ? key : { ...key, pss };
}

function leadingZeros(octet: number): number {
  return Math.clz32(octet) - 24;
}
