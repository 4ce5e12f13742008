import { createHash, randomBytes } from 'node:crypto';
import { concat, fromHex } from '../../bytes/index.ts';
import type { HashName } from '../../crypto/index.ts';

/** DER of DigestInfo up to the digest itself (RFC 8017, section 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<HashName, Uint8Array>> = {
  sha1: fromHex('3021300906052b0e03021a05000414'),
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
};

/** What PKCS#1 v1.5 pads: for devices that pad but do not hash. */
export function digestInfo(hash: HashName, digest: Uint8Array): Uint8Array {
  return concat(DIGEST_INFO[hash], digest);
}

/** EMSA-PKCS1-v1_5 (RFC 8017, section 9.2) for raw RSA with a modulus of `bits` bits. */
export function emsaPkcs1(hash: HashName, digest: Uint8Array, bits: number): Uint8Array {
  const block = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
  const info = digestInfo(hash, digest);
  block.set([0, 1]);
  block[block.length - info.length - 1] = 0;
  block.set(info, block.length - info.length);
  return block;
}

/**
 * EMSA-PSS (RFC 8017, section 9.1.1) for raw RSA, with MGF1 of the same hash. TLS wants a salt as long as the hash
 * (RFC 9846, section 4.3.3). The result has the modulus's length.
 */
export function emsaPss(
  hash: HashName,
  digest: Uint8Array,
  bits: number,
  salt: Uint8Array = randomBytes(digest.length),
): Uint8Array {
  const size = Math.ceil((bits - 1) / 8);
  const h = hashOf(hash, new Uint8Array(8), digest, salt);
  const db = new Uint8Array(size - h.length - 1);
  db[db.length - salt.length - 1] = 1;
  db.set(salt, db.length - salt.length);
  const mask = mgf1(hash, h, db.length);
  for (let i = 0; i < db.length; i++) db[i]! ^= mask[i]!;
  db[0]! &= 0xff >> (8 * size - (bits - 1));
  return leftPad(concat(db, h, new Uint8Array([0xbc])), Math.ceil(bits / 8));
}

/** Zeros in front up to `size`: some devices leave out those that belong to a number. */
export function leftPad(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.length >= size ? bytes : concat(new Uint8Array(size - bytes.length), bytes);
}

function mgf1(hash: HashName, seed: Uint8Array, size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (let at = 0, counter = 0; at < size; counter++) {
    const block = hashOf(hash, seed, new Uint8Array([counter >>> 24, counter >>> 16, counter >>> 8, counter]));
    mask.set(block.subarray(0, size - at), at);
    at += block.length;
  }
  return mask;
}

function hashOf(hash: HashName, ...parts: readonly Uint8Array[]): Uint8Array {
  const running = createHash(hash);
  for (const part of parts) running.update(part);
  return running.digest();
}
