import { getDiffieHellman } from 'node:crypto';
import type { DhGroup } from '../../handshake/server/exchange-dhe12.ts';

/** As NIST SP 800-57 compares them: bits of an RSA key, and of a group that is as strong. */
const GROUPS: readonly (readonly [keyBits: number, name: string])[] = [
  [2048, 'modp14'],
  [3072, 'modp15'],
  [4096, 'modp16'],
];

/** A group of RFC 3526, as OpenSSL's automatic choice has them, that is as strong as a key of `keyBits`. */
export function dhGroupFor(keyBits: number): DhGroup {
  const [, name] = GROUPS.find(([bits]) => keyBits <= bits) ?? GROUPS[GROUPS.length - 1]!;
  const group = getDiffieHellman(name);
  return { p: new Uint8Array(group.getPrime()), g: new Uint8Array(group.getGenerator()) };
}
