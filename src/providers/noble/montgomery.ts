import { x25519 as nobleX25519 } from '@noble/curves/ed25519.js';
import { badKeyShare, requireNonZero, requireSize, type SyncGroup, type SyncKeyShare } from '../shared/sync-group.ts';
import type { Random } from './random.ts';

/** X25519 (RFC 7748). */
export function x25519(random: Random): SyncGroup {
  return montgomery('x25519', 29, nobleX25519, random);
}

export function montgomery(name: string, id: number, curve: typeof nobleX25519, random: Random): SyncGroup {
  const start = (): SyncKeyShare => {
    const { secretKey, publicKey } = curve.keygen(random(curve.lengths.seed!));
    return {
      share: publicKey,
      agree: (peer) => agree(name, curve, secretKey, peer),
    };
  };
  return {
    name,
    id,
    tls12: true,
    start,
    respond: (peer) => {
      const own = start();
      return { share: own.share, secret: own.agree(peer) };
    },
  };
}

/** The shared secret of a private key at hand. Fails with ERR_TLS_BAD_KEY_SHARE. */
export function agree(name: string, curve: typeof nobleX25519, secretKey: Uint8Array, peer: Uint8Array): Uint8Array {
  requireSize(name, peer, curve.lengths.publicKey!);
  let secret: Uint8Array;
  try {
    secret = curve.getSharedSecret(secretKey, peer);
  } catch {
    // Noble refuses the all-zero result itself, and nothing else of this size.
    return badKeyShare(name, 'the shared secret is all zero');
  }
  return requireNonZero(name, secret);
}
