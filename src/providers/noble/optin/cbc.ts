import { cbc as nobleCbc } from '@noble/ciphers/aes.js';
import type { Cbc, CbcKey } from '../../../crypto/index.ts';

export const aes128Cbc: Cbc = { name: 'AES-128-CBC', keySize: 16, blockSize: 16, key: (key) => new NobleCbcKey(key) };
export const aes256Cbc: Cbc = { name: 'AES-256-CBC', keySize: 32, blockSize: 16, key: (key) => new NobleCbcKey(key) };

const WITHOUT_PADDING = { disablePadding: true };

class NobleCbcKey implements CbcKey {
  private readonly key: Uint8Array;

  constructor(key: Uint8Array) {
    this.key = Uint8Array.from(key);
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return nobleCbc(this.key, iv, WITHOUT_PADDING).encrypt(plaintext);
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return nobleCbc(this.key, iv, WITHOUT_PADDING).decrypt(ciphertext);
  }
}
