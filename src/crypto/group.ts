import type { Awaitable } from '../flow/index.ts';

export type GroupName =
  | 'X25519MLKEM768'
  | 'x25519'
  | 'x448'
  | 'secp256r1'
  | 'secp384r1'
  | 'secp521r1'
  | 'secp256k1'
  | 'brainpoolP256r1'
  | 'brainpoolP384r1'
  | 'brainpoolP512r1'
  | 'ffdhe2048'
  | 'ffdhe3072'
  | 'ffdhe4096'
  | (string & {});

/** A key exchange group (RFC 9846, section 4.3.7), a hybrid among them (RFC 10024). */
export interface Group {
  readonly name: GroupName;
  /** NamedGroup code point. */
  readonly id: number;
  /** Whether it also serves TLS 1.2's ECDHE (RFC 8422); hybrids do not. */
  readonly tls12: boolean;
  /** False for code points that TLS 1.3 never uses: secp256k1, and brainpool as RFC 7027 numbers it. */
  readonly tls13?: false;
  /**
   * Groups whose share is part of this one's, at this offset: a client that sends a share of the hybrid
   * X25519MLKEM768 can send the same x25519 share for free (draft of RFC 10024, section 3.2).
   */
  readonly contains?: { readonly group: Group; readonly offset: number; readonly size: number };
  /** The side that speaks first (the client of TLS 1.3, the server of TLS 1.2). */
  start(): Awaitable<KeyShare>;
  /** The side that answers. Fails with ERR_TLS_BAD_KEY_SHARE on a public value that is not valid. */
  respond(peer: Uint8Array): Awaitable<Agreement>;
}

export interface KeyShare {
  /** What is sent: a point, or a KEM's encapsulation key before or after one. */
  readonly share: Uint8Array;
  /** The shared secret. Fails with ERR_TLS_BAD_KEY_SHARE on a public value that is not valid. */
  agree(peer: Uint8Array): Awaitable<Uint8Array>;
  /** The same for the group that this one contains, where it contains one. */
  agreeContained?(peer: Uint8Array): Awaitable<Uint8Array>;
}

export interface Agreement {
  readonly share: Uint8Array;
  readonly secret: Uint8Array;
}

/** Finite-field Diffie-Hellman with parameters of the peer's choice (TLS 1.2's opt-in DHE suites). */
export interface FiniteField {
  /** Answers the server's `dh_Ys`; all numbers big-endian. Fails with ERR_TLS_BAD_KEY_SHARE. */
  respond(p: Uint8Array, g: Uint8Array, peer: Uint8Array): Awaitable<Agreement>;
  start(p: Uint8Array, g: Uint8Array): Awaitable<KeyShare>;
}
