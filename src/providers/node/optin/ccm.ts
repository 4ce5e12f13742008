import crypto from 'node:crypto';
import { concat } from '../../../bytes/index.ts';
import type { Aead, AeadKey } from '../../../crypto/index.ts';
import { CCM_8_LIMITS, CCM_LIMITS } from '../../shared/limits.ts';
import { plain } from '../plain.ts';

/** RFC 6655; RFC 9846, appendix B.4. */
export const aes128Ccm: Aead = {
  name: 'AES-128-CCM',
  keySize: 16,
  tagSize: 16,
  ...CCM_LIMITS,
  key: (key) => new CcmKey('aes-128-ccm', 16, key),
};

export const aes256Ccm: Aead = {
  name: 'AES-256-CCM',
  keySize: 32,
  tagSize: 16,
  ...CCM_LIMITS,
  key: (key) => new CcmKey('aes-256-ccm', 16, key),
};

export const aes128Ccm8: Aead = {
  name: 'AES-128-CCM-8',
  keySize: 16,
  tagSize: 8,
  ...CCM_8_LIMITS,
  key: (key) => new CcmKey('aes-128-ccm', 8, key),
};

export const aes256Ccm8: Aead = {
  name: 'AES-256-CCM-8',
  keySize: 32,
  tagSize: 8,
  ...CCM_8_LIMITS,
  key: (key) => new CcmKey('aes-256-ccm', 8, key),
};

/** CCM takes the whole message in one update, whose length it must know before. */
class CcmKey implements AeadKey {
  private readonly cipher: crypto.CipherCCMTypes;
  private readonly options: { readonly authTagLength: number };
  private readonly key: crypto.KeyObject;

  constructor(cipher: 'aes-128-ccm' | 'aes-256-ccm', tagSize: number, key: Uint8Array) {
    this.cipher = cipher;
    this.options = { authTagLength: tagSize };
    this.key = crypto.createSecretKey(key);
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, trailer: Uint8Array | null, out: Uint8Array[]): void {
    const whole = trailer === null ? plaintext : concat(plaintext, trailer);
    const cipher = crypto.createCipheriv(this.cipher, this.key, nonce, this.options);
    cipher.setAAD(aad, { plaintextLength: whole.length });
    out.push(cipher.update(whole));
    cipher.final();
    out.push(cipher.getAuthTag());
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    const size = sealed.length - this.options.authTagLength;
    if (size < 0) return null;
    const decipher = crypto.createDecipheriv(this.cipher, this.key, nonce, this.options);
    decipher.setAuthTag(sealed.subarray(size));
    decipher.setAAD(aad, { plaintextLength: size });
    try {
      const plaintext = decipher.update(sealed.subarray(0, size));
      decipher.final();
      return plain(plaintext);
    } catch {
      // `update` throws or `final` does, by Node version.
      return null;
    }
  }
}
