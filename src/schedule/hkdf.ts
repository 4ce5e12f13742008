import { EMPTY, fromLatin1, Writer } from '../bytes/index.ts';
import type { Hash } from '../crypto/index.ts';

/** HKDF-Extract (RFC 5869, section 2.2). */
export function extract(hash: Hash, salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hash.hmac(salt, secret);
}

/** HKDF-Expand (RFC 5869, section 2.3). `length` is at most 255 times the hash. */
export function expand(hash: Hash, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let block: Uint8Array = EMPTY;
  for (let at = 0, i = 1; at < length; at += block.length, i++) {
    block = hash.hmac(secret, block, info, new Uint8Array([i]));
    out.set(block.subarray(0, Math.min(block.length, length - at)), at);
  }
  return out;
}

/** HKDF-Expand-Label (RFC 9846, section 7.1). */
export function expandLabel(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const info = new Writer(80);
  info.u16(length);
  const full = fromLatin1(`tls13 ${label}`);
  info.u8(full.length);
  info.put(full);
  info.u8(context.length);
  info.put(context);
  return expand(hash, secret, info.finish(), length);
}

/** Derive-Secret (RFC 9846, section 7.1) over a transcript hash that is at hand. */
export function deriveSecret(hash: Hash, secret: Uint8Array, label: string, transcriptHash: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, label, transcriptHash, hash.size);
}
