import { createHash } from 'node:crypto';
import { compareBytes, concat } from '../../src/bytes/index.ts';
import type { Agreement, Group, Provider } from '../../src/crypto/index.ts';
import { fail } from '../../src/errors/index.ts';
import { nodeProvider } from '../../src/providers/node.ts';

/** The same bytes for the same seed, in each run. */
export function countedRandom(seed: string): (size: number) => Uint8Array {
  let count = 0;
  return (size) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < size; have += 32) {
      blocks.push(createHash('sha256').update(`${seed} ${count++}`).digest());
    }
    return concat(...blocks).slice(0, size);
  };
}

/**
 * A key exchange without any security and without any cost: the secret is the hash of both shares. Under the name and
 * number of a real group, so that the handshake around it is all real.
 */
export function toyGroup(name: string, id: number, random: (size: number) => Uint8Array): Group {
  const agree = (own: Uint8Array, peer: Uint8Array): Uint8Array => {
    if (peer.length !== 32 || peer.every((byte) => byte === 0)) fail('ERR_TLS_BAD_KEY_SHARE', `${peer.length} bytes`);
    const sorted = [own, peer].sort(compareBytes);
    return new Uint8Array(
      createHash('sha256')
        .update(concat(...sorted))
        .digest(),
    );
  };
  return {
    name,
    id,
    tls12: true,
    start: () => {
      const share = random(32);
      return { share, agree: (peer: Uint8Array) => agree(share, peer) };
    },
    respond: (peer): Agreement => {
      const share = random(32);
      return { share, secret: agree(share, peer) };
    },
  };
}

/** node:crypto, but for random numbers and key exchanges, which come out the same each time. */
export function countedProvider(seed: string): Provider {
  const random = countedRandom(seed);
  const groups = [toyGroup('x25519', 29, random), toyGroup('secp256r1', 23, random)];
  return { ...nodeProvider, name: 'counted', random, groups };
}
