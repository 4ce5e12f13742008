import crypto from 'node:crypto';
import type { Cbc, CbcKey } from '../../../crypto/index.ts';
import { plain } from '../plain.ts';

export const aes128Cbc: Cbc = /* @__PURE__ */ cbc('AES-128-CBC', 'aes-128-cbc', 16);
export const aes256Cbc: Cbc = /* @__PURE__ */ cbc('AES-256-CBC', 'aes-256-cbc', 32);
/** RFC 5932. Not in every build of OpenSSL. */
export const camellia128Cbc: Cbc = /* @__PURE__ */ cbc('CAMELLIA-128-CBC', 'camellia-128-cbc', 16);
export const camellia256Cbc: Cbc = /* @__PURE__ */ cbc('CAMELLIA-256-CBC', 'camellia-256-cbc', 32);

function cbc(name: string, cipher: string, keySize: number): Cbc {
  return { name, keySize, blockSize: 16, key: (key) => new NodeCbcKey(cipher, key) };
}

class NodeCbcKey implements CbcKey {
  private readonly cipher: string;
  private readonly key: crypto.KeyObject;

  constructor(cipher: string, key: Uint8Array) {
    this.cipher = cipher;
    this.key = crypto.createSecretKey(key);
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return plain(crypto.createCipheriv(this.cipher, this.key, iv).setAutoPadding(false).update(plaintext));
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return plain(crypto.createDecipheriv(this.cipher, this.key, iv).setAutoPadding(false).update(ciphertext));
  }
}
