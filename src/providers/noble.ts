import type { Hash, Provider } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { secp256r1, secp384r1, secp521r1 } from './noble/ecdh.ts';
import { sha1, sha256, sha384, sha512 } from './noble/hash.ts';
import { X25519MLKEM768 } from './noble/mlkem.ts';
import { x25519 } from './noble/montgomery.ts';
import type { Random } from './noble/random.ts';
import { suites } from './noble/suites.ts';
import { verifiers } from './noble/verifiers.ts';

const hashes: readonly Hash[] = [sha256, sha384, sha512, sha1];

/**
 * Pure JavaScript for every engine that has BigInt, with the default offer. It takes nothing from its host but
 * `random`, and therefore fails with ERR_TLS_CONFIG where there is none. Further algorithms are values in
 * `noble/optin.ts`.
 */
export function createNobleProvider(options: { readonly random: Random }): Provider {
  const random = checked(options?.random);
  const ecdh = x25519(random);
  const groups = [X25519MLKEM768(random, ecdh), ecdh, secp256r1(random), secp384r1(random), secp521r1(random)];
  return { name: 'noble', random, hashes, suites, groups, verifiers };
}

/** A source that gives too few bytes must not end in short keys. */
function checked(random: Random): Random {
  if (typeof random !== 'function') fail('ERR_TLS_CONFIG', 'random: give a function (size) => Uint8Array');
  return (size) => {
    const bytes = random(size);
    if (bytes?.length !== size) {
      fail('ERR_TLS_CONFIG', `random: it must return a Uint8Array of the ${size} bytes that were asked for`);
    }
    return bytes;
  };
}

export { aes128Gcm, aes256Gcm, chacha20Poly1305 } from './noble/aead.ts';
export { secp256r1, secp384r1, secp521r1 } from './noble/ecdh.ts';
export { sha1, sha256, sha384, sha512 } from './noble/hash.ts';
export { X25519MLKEM768 } from './noble/mlkem.ts';
export { x25519 } from './noble/montgomery.ts';
export type { Random } from './noble/random.ts';
export * from './noble/suites.ts';
export * from './noble/verifiers.ts';
