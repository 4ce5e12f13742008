import crypto from 'node:crypto';
import type { Aead, AeadKey } from '../../crypto/index.ts';
import { CHACHA20_POLY1305_LIMITS, GCM_LIMITS } from '../shared/limits.ts';
import { plain } from './plain.ts';

export const aes128Gcm: Aead = {
  name: 'AES-128-GCM',
  keySize: 16,
  tagSize: 16,
  ...GCM_LIMITS,
  key: (key) => new NodeAeadKey('aes-128-gcm', key),
};

export const aes256Gcm: Aead = {
  name: 'AES-256-GCM',
  keySize: 32,
  tagSize: 16,
  ...GCM_LIMITS,
  key: (key) => new NodeAeadKey('aes-256-gcm', key),
};

export const chacha20Poly1305: Aead = {
  name: 'CHACHA20-POLY1305',
  keySize: 32,
  tagSize: 16,
  ...CHACHA20_POLY1305_LIMITS,
  key: (key) => new NodeAeadKey('chacha20-poly1305', key),
};

const TAG_SIZE = 16;
const OPTIONS = { authTagLength: TAG_SIZE } as const;

/** Up to here one piece takes no longer than three (4.2 µs at 256 bytes); at 1 KiB it takes 6.2 against 4.9. */
const ONE_PIECE = 256;

/** The two node:crypto AEADs that stream: GCM and ChaCha20-Poly1305. */
class NodeAeadKey implements AeadKey {
  private readonly cipher: crypto.CipherGCMTypes;
  private readonly key: crypto.KeyObject;

  constructor(cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305', key: Uint8Array) {
    // The types know `authTagLength` of ChaCha20-Poly1305 under another overload; the call is the same.
    this.cipher = cipher as crypto.CipherGCMTypes;
    // Raw key bytes cost 8 to 15 µs a record on Node 24.
    this.key = crypto.createSecretKey(key);
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, trailer: Uint8Array | null, out: Uint8Array[]): void {
    const cipher = crypto.createCipheriv(this.cipher, this.key, nonce, OPTIONS);
    cipher.setAAD(aad);
    if (plaintext.length <= ONE_PIECE) {
      out.push(sealSmall(cipher, plaintext, trailer));
      return;
    }
    out.push(cipher.update(plaintext));
    if (trailer !== null) out.push(cipher.update(trailer));
    cipher.final();
    out.push(cipher.getAuthTag());
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    const size = sealed.length - TAG_SIZE;
    if (size < 0) return null;
    const decipher = crypto.createDecipheriv(this.cipher, this.key, nonce, OPTIONS);
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(size));
    const plaintext = decipher.update(sealed.subarray(0, size));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return plain(plaintext);
  }
}

function sealSmall(cipher: crypto.CipherGCM, plaintext: Uint8Array, trailer: Uint8Array | null): Uint8Array {
  const size = plaintext.length + (trailer === null ? 0 : trailer.length);
  const sealed = new Uint8Array(size + TAG_SIZE);
  sealed.set(plaintext);
  if (trailer !== null) sealed.set(trailer, plaintext.length);
  sealed.set(cipher.update(sealed.subarray(0, size)));
  cipher.final();
  sealed.set(cipher.getAuthTag(), size);
  return sealed;
}
