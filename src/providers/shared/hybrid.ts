import { concat } from '../../bytes/index.ts';
import type { Agreement, Group, GroupName, KeyShare } from '../../crypto/index.ts';
import { type Awaitable, isThenable } from '../../flow/index.ts';
import { requireSize, type SyncGroup } from './sync-group.ts';

/** A key encapsulation mechanism (FIPS 203). Both operations fail with ERR_TLS_BAD_KEY_SHARE on values that are not valid. */
export interface Kem {
  start(): KemKey;
  /** `publicKey` has the right size; whether it is valid is checked here (FIPS 203, section 7.2). */
  encapsulate(publicKey: Uint8Array): { readonly ciphertext: Uint8Array; readonly secret: Uint8Array };
}

export interface KemKey {
  readonly publicKey: Uint8Array;
  /** `ciphertext` has the right size. */
  decapsulate(ciphertext: Uint8Array): Uint8Array;
}

interface Parts {
  readonly name: GroupName;
  readonly id: number;
  /** Asked each time; a promise while the implementation is being loaded. */
  readonly kem: () => Awaitable<Kem>;
  readonly publicKeySize: number;
  readonly ciphertextSize: number;
  readonly group: SyncGroup;
  /** Of the group's own share. */
  readonly shareSize: number;
}

/** A post-quantum hybrid whose ML-KEM part comes first, in the shares and in the secret (RFC 10024, section 3). */
export function hybrid(parts: Parts): Group {
  return {
    name: parts.name,
    id: parts.id,
    tls12: false,
    contains: { group: parts.group, offset: parts.publicKeySize, size: parts.shareSize },
    start: () => after(parts.kem(), (kem) => start(parts, kem)),
    respond: (peer) => after(parts.kem(), (kem) => respond(parts, kem, peer)),
  };
}

function start(parts: Parts, kem: Kem): KeyShare {
  const key = kem.start();
  const own = parts.group.start();
  return {
    share: concat(key.publicKey, own.share),
    agree: (peer) => {
      const [ciphertext, share] = split(parts, peer, parts.ciphertextSize);
      return concat(key.decapsulate(ciphertext), own.agree(share));
    },
    agreeContained: (peer) => own.agree(peer),
  };
}

function respond(parts: Parts, kem: Kem, peer: Uint8Array): Agreement {
  const [publicKey, share] = split(parts, peer, parts.publicKeySize);
  const sealed = kem.encapsulate(publicKey);
  const own = parts.group.respond(share);
  return { share: concat(sealed.ciphertext, own.share), secret: concat(sealed.secret, own.secret) };
}

function split(parts: Parts, peer: Uint8Array, size: number): [Uint8Array, Uint8Array] {
  requireSize(parts.name, peer, size + parts.shareSize);
  return [peer.subarray(0, size), peer.subarray(size)];
}

function after<T, U>(value: Awaitable<T>, next: (value: T) => U): Awaitable<U> {
  return isThenable(value) ? value.then(next) : next(value);
}
