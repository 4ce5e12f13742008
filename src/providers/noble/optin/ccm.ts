import { cbc, ctr } from '@noble/ciphers/aes.js';
import { concat, equalSecret } from '../../../bytes/index.ts';
import type { Aead, AeadKey } from '../../../crypto/index.ts';
import { CCM_8_LIMITS, CCM_LIMITS } from '../../shared/limits.ts';

/** RFC 6655; RFC 9846, appendix B.4. */
export const aes128Ccm: Aead = {
  name: 'AES-128-CCM',
  keySize: 16,
  tagSize: 16,
  ...CCM_LIMITS,
  key: (key) => new CcmKey(16, key),
};

export const aes256Ccm: Aead = {
  name: 'AES-256-CCM',
  keySize: 32,
  tagSize: 16,
  ...CCM_LIMITS,
  key: (key) => new CcmKey(16, key),
};

export const aes128Ccm8: Aead = {
  name: 'AES-128-CCM-8',
  keySize: 16,
  tagSize: 8,
  ...CCM_8_LIMITS,
  key: (key) => new CcmKey(8, key),
};

export const aes256Ccm8: Aead = {
  name: 'AES-256-CCM-8',
  keySize: 32,
  tagSize: 8,
  ...CCM_8_LIMITS,
  key: (key) => new CcmKey(8, key),
};

const BLOCK = 16;
/** A 12-byte nonce leaves this many bytes of a block for lengths and counters (RFC 3610, section 2: L). */
const LENGTH_SIZE = 3;

/** CCM (RFC 3610) from noble's AES in CTR and CBC modes. */
class CcmKey implements AeadKey {
  private readonly tagSize: number;
  private readonly key: Uint8Array;

  constructor(tagSize: number, key: Uint8Array) {
    this.tagSize = tagSize;
    this.key = Uint8Array.from(key);
  }

  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, trailer: Uint8Array | null, out: Uint8Array[]): void {
    const whole = trailer === null ? plaintext : concat(plaintext, trailer);
    const sealed = this.crypt(nonce, concat(this.mac(nonce, aad, whole), whole));
    out.push(sealed.subarray(BLOCK), sealed.slice(0, this.tagSize));
  }

  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    const size = sealed.length - this.tagSize;
    if (size < 0) return null;
    const blocks = new Uint8Array(BLOCK + size);
    blocks.set(sealed.subarray(size));
    blocks.set(sealed.subarray(0, size), BLOCK);
    const opened = this.crypt(nonce, blocks);
    const plaintext = opened.slice(BLOCK);
    const expected = this.mac(nonce, aad, plaintext).subarray(0, this.tagSize);
    return equalSecret(expected, opened.subarray(0, this.tagSize)) ? plaintext : null;
  }

  /** The first block of key stream is for the tag, the rest for the message (RFC 3610, section 2.3). */
  private crypt(nonce: Uint8Array, blocks: Uint8Array): Uint8Array {
    const counter = new Uint8Array(BLOCK);
    counter[0] = LENGTH_SIZE - 1;
    counter.set(nonce, 1);
    return ctr(this.key, counter).encrypt(blocks);
  }

  /** CBC-MAC, a whole block (RFC 3610, section 2.2). */
  private mac(nonce: Uint8Array, aad: Uint8Array, message: Uint8Array): Uint8Array {
    const messageAt = BLOCK + (aad.length === 0 ? 0 : padded(2 + aad.length));
    const blocks = new Uint8Array(messageAt + padded(message.length));
    blocks[0] = (aad.length === 0 ? 0 : 0x40) | (((this.tagSize - 2) / 2) << 3) | (LENGTH_SIZE - 1);
    blocks.set(nonce, 1);
    blocks[13] = message.length >> 16;
    blocks[14] = message.length >> 8;
    blocks[15] = message.length;
    if (aad.length > 0) {
      blocks[BLOCK] = aad.length >> 8;
      blocks[BLOCK + 1] = aad.length;
      blocks.set(aad, BLOCK + 2);
    }
    blocks.set(message, messageAt);
    const chained = cbc(this.key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(blocks);
    return chained.subarray(chained.length - BLOCK);
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
