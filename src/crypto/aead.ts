/** An AEAD algorithm of RFC 5116. Synchronous: awaited encryption never enters the record path. */
export interface Aead {
  readonly name:
    | 'AES-128-GCM'
    | 'AES-256-GCM'
    | 'CHACHA20-POLY1305'
    | 'AES-128-CCM'
    | 'AES-256-CCM'
    | 'AES-128-CCM-8'
    | 'AES-256-CCM-8'
    | (string & {});
  /** Bytes. */
  readonly keySize: number;
  /** Bytes: 16, or 8 for CCM_8. The nonce always has 12. */
  readonly tagSize: number;
  /** How many records one key may protect (RFC 9846, section 5.5); Infinity where the sequence number ends first. */
  readonly recordLimit: number;
  /** How many forged records one key may meet. */
  readonly forgeryLimit: number;
  /** Takes the key; the caller may wipe its bytes afterwards. */
  key(key: Uint8Array): AeadKey;
}

export interface AeadKey {
  /**
   * Encrypts `plaintext` followed by `trailer`. Appends ciphertext and tag to `out` as one or more pieces that
   * belong to the caller from then on; `plaintext` may be reused as soon as this returns.
   */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, trailer: Uint8Array | null, out: Uint8Array[]): void;
  /** The plaintext (fresh memory), or null if the tag is wrong. `sealed` is ciphertext and tag. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null;
}
