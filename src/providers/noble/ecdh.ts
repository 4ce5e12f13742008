import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import {
  badKeyShare,
  type GroupVersions,
  requireUncompressed,
  type SyncGroup,
  type SyncKeyShare,
} from '../shared/sync-group.ts';
import type { Random } from './random.ts';

export function secp256r1(random: Random): SyncGroup {
  return weierstrass('secp256r1', 23, p256, random);
}

export function secp384r1(random: Random): SyncGroup {
  return weierstrass('secp384r1', 24, p384, random);
}

export function secp521r1(random: Random): SyncGroup {
  return weierstrass('secp521r1', 25, p521, random);
}

export function weierstrass(
  name: string,
  id: number,
  curve: ECDSA,
  random: Random,
  versions: GroupVersions = { tls12: true },
): SyncGroup {
  const start = (): SyncKeyShare => {
    const secretKey = curve.utils.randomSecretKey(random(curve.lengths.seed!));
    return {
      share: curve.getPublicKey(secretKey, false),
      agree: (peer) => agree(name, curve, secretKey, peer),
    };
  };
  return {
    name,
    id,
    ...versions,
    start,
    respond: (peer) => {
      const own = start();
      return { share: own.share, secret: own.agree(peer) };
    },
  };
}

/**
 * The shared secret of a private key at hand: the x coordinate alone (RFC 9846, section 7.4.2), which noble puts behind
 * the byte that tells the parity of y. Fails with ERR_TLS_BAD_KEY_SHARE.
 */
export function agree(name: string, curve: ECDSA, secretKey: Uint8Array, peer: Uint8Array): Uint8Array {
  requireUncompressed(name, peer, curve.Point.Fp.BYTES);
  try {
    return curve.getSharedSecret(secretKey, peer, true).slice(1);
  } catch {
    return badKeyShare(name, 'the point is not on the curve');
  }
}
