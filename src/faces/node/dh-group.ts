import type { DhGroup } from '../../handshake/server/exchange-dhe12.ts';
import { ffdheParameters } from '../../providers/node/optin/ffdhe.ts';

/** A group of RFC 7919 that is as strong as an RSA key of so many bits; the largest for those beyond. */
export function dhGroupFor(keyBits: number): DhGroup {
  if (keyBits <= 2048) return ffdheParameters(2048);
  return ffdheParameters(keyBits <= 3072 ? 3072 : 4096);
}
