import { x448 as nobleX448 } from '@noble/curves/ed448.js';
import {
  brainpoolP256r1 as nobleP256r1,
  brainpoolP384r1 as nobleP384r1,
  brainpoolP512r1 as nobleP512r1,
} from '@noble/curves/misc.js';
import { secp256k1 as nobleK1 } from '@noble/curves/secp256k1.js';
import type { Group } from '../../../crypto/index.ts';
import { ONLY_12, ONLY_13, type SyncGroup } from '../../shared/sync-group.ts';
import { weierstrass } from '../ecdh.ts';
import { montgomery } from '../montgomery.ts';
import type { Random } from '../random.ts';

/** RFC 7748. */
export function x448(random: Random): SyncGroup {
  return montgomery('x448', 30, nobleX448, random);
}

/** RFC 8422 reserves it; some devices of TLS 1.2 know little else. */
export function secp256k1(random: Random): SyncGroup {
  return weierstrass('secp256k1', 22, nobleK1, random, ONLY_12);
}

/** RFC 7027. */
export function brainpoolP256r1(random: Random): SyncGroup {
  return weierstrass('brainpoolP256r1', 26, nobleP256r1, random, ONLY_12);
}

export function brainpoolP384r1(random: Random): SyncGroup {
  return weierstrass('brainpoolP384r1', 27, nobleP384r1, random, ONLY_12);
}

export function brainpoolP512r1(random: Random): SyncGroup {
  return weierstrass('brainpoolP512r1', 28, nobleP512r1, random, ONLY_12);
}

/** RFC 8734 gives the same curves other numbers in TLS 1.3. */
export function brainpoolP256r1tls13(random: Random): SyncGroup {
  return weierstrass('brainpoolP256r1tls13', 31, nobleP256r1, random, ONLY_13);
}

export function brainpoolP384r1tls13(random: Random): SyncGroup {
  return weierstrass('brainpoolP384r1tls13', 32, nobleP384r1, random, ONLY_13);
}

export function brainpoolP512r1tls13(random: Random): SyncGroup {
  return weierstrass('brainpoolP512r1tls13', 33, nobleP512r1, random, ONLY_13);
}

/** All groups that noble has besides the default offer. */
export function optInGroups(random: Random): Group[] {
  return [
    x448(random),
    secp256k1(random),
    brainpoolP256r1(random),
    brainpoolP384r1(random),
    brainpoolP512r1(random),
    brainpoolP256r1tls13(random),
    brainpoolP384r1tls13(random),
    brainpoolP512r1tls13(random),
  ];
}
