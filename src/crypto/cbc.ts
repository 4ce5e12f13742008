/** A block cipher in CBC mode without padding, for TLS 1.2's opt-in suites (RFC 5246, section 6.2.3.2). */
export interface Cbc {
  readonly name: 'AES-128-CBC' | 'AES-256-CBC' | (string & {});
  readonly keySize: number;
  readonly blockSize: 16;
  key(key: Uint8Array): CbcKey;
}

export interface CbcKey {
  /** `plaintext` is a whole number of blocks. */
  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}
