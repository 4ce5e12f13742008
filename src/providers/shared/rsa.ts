import type { HashName, PublicKey } from '../../crypto/index.ts';

const HASH_SIZES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

/** Bytes. */
export function hashSize(hash: HashName): number {
  return HASH_SIZES[hash];
}

/** An RSA signature has exactly as many octets as the modulus (RFC 8017, sections 8.1.2 and 8.2.2). */
export function rsaSignatureFits(key: PublicKey, signature: Uint8Array): boolean {
  return key.rsa !== undefined && signature.length === key.rsa.n.length;
}

/**
 * Whether PSS with this hash, and a salt as long, keeps to the key's own restriction; its salt length is the least
 * that is allowed (RFC 4055, section 3.1).
 */
export function pssFits(key: PublicKey, hash: HashName): boolean {
  if (key.kind === 'rsa') return true;
  if (key.kind !== 'rsa-pss') return false;
  return key.pss === undefined || (key.pss.hash === hash && key.pss.saltLength <= hashSize(hash));
}

const LARGEST_MODULUS_BYTES = 1024;
const LARGEST_EXPONENT_BYTES = 8;

/**
 * Keeps a certificate from buying minutes of computation: an exponent costs as it is long, a modulus as its cube. The
 * bound on exponents is OpenSSL's; both are far beyond what is issued.
 */
export function rsaKeyFits(key: PublicKey): boolean {
  return (
    key.rsa !== undefined && key.rsa.n.length <= LARGEST_MODULUS_BYTES && key.rsa.e.length <= LARGEST_EXPONENT_BYTES
  );
}
