import { concat, fromLatin1, type Secret, type Vault, Writer } from '../bytes/index.ts';
import type { DirectionKeys, Hash } from '../crypto/index.ts';

/** PRF (RFC 5246, section 5) with the hash of the cipher suite. */
export function prf(hash: Hash, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const full = concat(fromLatin1(label), seed);
  const out = new Uint8Array(length);
  let a = full;
  for (let at = 0; at < length; at += hash.size) {
    a = hash.hmac(secret, a);
    const block = hash.hmac(secret, a, full);
    out.set(block.subarray(0, Math.min(block.length, length - at)), at);
  }
  return out;
}

/** How the master secret is bound to the handshake. */
export type MasterBinding =
  | { readonly kind: 'randoms'; readonly client: Uint8Array; readonly server: Uint8Array } // RFC 5246, section 8.1
  | { readonly kind: 'extended'; readonly sessionHash: Uint8Array }; // RFC 7627, section 4

/** Wipes the premaster secret. */
export function masterSecret(hash: Hash, premaster: Uint8Array, binding: MasterBinding, vault: Vault): Secret {
  const master =
    binding.kind === 'extended'
      ? prf(hash, premaster, 'extended master secret', binding.sessionHash, 48)
      : prf(hash, premaster, 'master secret', concat(binding.client, binding.server), 48);
  premaster.fill(0);
  return vault.keep(master);
}

export interface KeySizes {
  readonly mac: number;
  readonly key: number;
  readonly iv: number;
}

/** The key block, cut (RFC 5246, section 6.3). */
export function trafficKeys12(
  hash: Hash,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  sizes: KeySizes,
): { readonly client: DirectionKeys; readonly server: DirectionKeys } {
  const length = 2 * (sizes.mac + sizes.key + sizes.iv);
  const block = prf(hash, master, 'key expansion', concat(serverRandom, clientRandom), length);
  let at = 0;
  const cut = (size: number): Uint8Array => {
    at += size;
    return block.slice(at - size, at);
  };
  const clientMac = cut(sizes.mac);
  const serverMac = cut(sizes.mac);
  const clientKey = cut(sizes.key);
  const serverKey = cut(sizes.key);
  const clientIv = cut(sizes.iv);
  const serverIv = cut(sizes.iv);
  block.fill(0);
  return {
    client: { mac: clientMac, key: clientKey, iv: clientIv },
    server: { mac: serverMac, key: serverKey, iv: serverIv },
  };
}

/** verify_data (RFC 5246, section 7.4.9): 12 bytes. */
export function finished12(
  hash: Hash,
  master: Uint8Array,
  role: 'client' | 'server',
  transcriptHash: Uint8Array,
): Uint8Array {
  return prf(hash, master, `${role} finished`, transcriptHash, 12);
}

/** RFC 5705, section 4. An absent context differs from an empty one. */
export function export12(
  hash: Hash,
  master: Uint8Array,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  label: string,
  context: Uint8Array | null,
  length: number,
): Uint8Array {
  const seed = new Writer(128);
  seed.put(randoms.client);
  seed.put(randoms.server);
  if (context !== null) {
    seed.u16(context.length);
    seed.put(context);
  }
  return prf(hash, master, label, seed.finish(), length);
}

/** The premaster secret of PSK suites (RFC 4279, section 2; RFC 5489, section 2). */
export function pskPremaster(other: Uint8Array | null, psk: Uint8Array): Uint8Array {
  const first = other === null ? new Uint8Array(psk.length) : other;
  const out = new Writer(first.length + psk.length + 4);
  out.u16(first.length);
  out.put(first);
  out.u16(psk.length);
  out.put(psk);
  return out.finish();
}
