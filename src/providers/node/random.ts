import crypto from 'node:crypto';

/** `size` random bytes in memory of their own. */
export function random(size: number): Uint8Array {
  return crypto.randomFillSync(new Uint8Array(size));
}
