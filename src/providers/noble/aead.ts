import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat } from '../../bytes/index.ts';
import type { Aead, AeadKey } from '../../crypto/index.ts';
import { CHACHA20_POLY1305_LIMITS, GCM_LIMITS } from '../shared/limits.ts';

export const aes128Gcm: Aead = {
  name: 'AES-128-GCM',
  keySize: 16,
  tagSize: 16,
  ...GCM_LIMITS,
  key: (key) => new NobleAeadKey(gcm, key),
};

export const aes256Gcm: Aead = {
  name: 'AES-256-GCM',
  keySize: 32,
  tagSize: 16,
  ...GCM_LIMITS,
  key: (key) => new NobleAeadKey(gcm, key),
};

export const chacha20Poly1305: Aead = {
  name: 'CHACHA20-POLY1305',
  keySize: 32,
  tagSize: 16,
  ...CHACHA20_POLY1305_LIMITS,
  key: (key) => new NobleAeadKey(chacha20poly1305, key),
};

type NobleCipher = typeof gcm | typeof chacha20poly1305;

class NobleAeadKey implements AeadKey {
  private readonly cipher: NobleCipher;
  private readonly key: Uint8Array;

  constructor(cipher: NobleCipher, key: Uint8Array) {
    this.cipher = cipher;
    this.key = Uint8Array.from(key);
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, trailer: Uint8Array | null, out: Uint8Array[]): void {
    const whole = trailer === null ? plaintext : concat(plaintext, trailer);
    out.push(this.cipher(this.key, nonce, aad).encrypt(whole));
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    try {
      return this.cipher(this.key, nonce, aad).decrypt(sealed);
    } catch {
      // Shorter than a tag, or a wrong tag: noble throws for both.
      return null;
    }
  }
}
