import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import type { Aead } from '../../../src/crypto/index.ts';
import { aes128Ccm, aes128Ccm8 } from '../../../src/providers/node/optin/ccm.ts';
import { aes128Gcm, aes256Gcm, chacha20Poly1305 } from '../../../src/providers/node.ts';
import { HEADER_SIZE, MAX_PLAINTEXT, Opener13, Sealer13 } from '../../../src/record/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';
import { sequenceOf, startAt } from './start-at.ts';

type Padding = ((length: number) => number) | null;

const AEADS: readonly Aead[] = [aes128Gcm, aes256Gcm, chacha20Poly1305, aes128Ccm, aes128Ccm8];
const IV = fromHex('00112233445566778899aabb');

function keyOf(aead: Aead): Uint8Array {
  return new Uint8Array(aead.keySize).fill(0x42);
}

function pair(aead: Aead, padding: Padding = null, max: number = MAX_PLAINTEXT): [Sealer13, Opener13] {
  return [new Sealer13(aead, keyOf(aead), IV.slice(), padding), new Opener13(aead, keyOf(aead), IV.slice(), max)];
}

function seal(sealer: Sealer13, type: number, content: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [];
  sealer.seal(type, content, out);
  return concat(...out);
}

describe.each(AEADS)('TLS 1.3 records under $name', (aead) => {
  test('come out as they went in, type and all, one after the other', () => {
    const one = fc.tuple(fc.constantFrom(21, 22, 23), fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.nat(50));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (records) => {
        const padding = records.map(([, , extra]) => extra);
        const [sealer, opener] = pair(aead, () => padding.shift()!);
        for (const [type, content, extra] of records) {
          const record = seal(sealer, type, content);
          expect(record.length).toBe(HEADER_SIZE + content.length + 1 + extra + aead.tagSize);
          expect(toHex(record.subarray(0, 3))).toBe('170303');
          expect(opener.open(record)).toEqual(content);
          expect(opener.type).toBe(type);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('are as the RFC composes them, at the beginning and past 2^32 of them', () => {
    for (const number of [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 45n + 7n]) {
      const [sealer, opener] = pair({ ...aead, recordLimit: Number.POSITIVE_INFINITY });
      startAt(sequenceOf(sealer), number);
      startAt(sequenceOf(opener), number);
      const record = seal(sealer, 23, fromHex('c0ffee'));
      expect(toHex(record)).toBe(reference(aead, number, fromHex('c0ffee17')));
      expect(toHex(opener.open(record))).toBe('c0ffee');
    }
  });

  test('any changed bit and any missing byte is noticed', () => {
    const whole = seal(pair(aead)[0], 23, fromHex('0123456789'));
    for (let i = 3; i < whole.length; i++) {
      const flipped = whole.slice();
      flipped[i]! ^= 1 << (i & 7);
      expect(codeOf(() => pair(aead)[1].open(flipped))).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
    for (let size = HEADER_SIZE; size < whole.length; size++) {
      expect(codeOf(() => pair(aead)[1].open(whole.slice(0, size)))).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
  });

  test('records in another order, or twice, do not open', () => {
    const [sealer, opener] = pair(aead);
    const [first, second] = [seal(sealer, 23, fromHex('01')), seal(sealer, 23, fromHex('02'))];
    expect(codeOf(() => opener.open(second))).toBe('ERR_TLS_BAD_RECORD_MAC');
    const [, again] = pair(aead);
    again.open(first);
    expect(codeOf(() => again.open(first))).toBe('ERR_TLS_BAD_RECORD_MAC');
  });
});

describe('TLS 1.3 records', () => {
  test('what is not marked as application data cannot be opened, and an alert in the open is known as one', () => {
    const [sealer, opener] = pair(aes128Gcm);
    const record = seal(sealer, 22, fromHex('00'));
    record[0] = 22;
    expect(codeOf(() => opener.open(record))).toBe('ERR_TLS_BAD_RECORD_MAC');
    expect(codeOf(() => opener.open(fromHex('160303000408000000')))).toBe('ERR_TLS_BAD_RECORD_MAC');
    expect(codeOf(() => opener.open(fromHex('15030300020228')))).toBe('ERR_TLS_UNEXPECTED_RECORD');
  });

  test('zeros alone hold no content type', () => {
    const sealed = fromHex(reference(aes128Gcm, 0n, new Uint8Array(40)));
    expect(codeOf(() => pair(aes128Gcm)[1].open(sealed))).toBe('ERR_TLS_EMPTY_RECORD');
  });

  test('content that ends with zeros keeps them', () => {
    const [sealer, opener] = pair(aes128Gcm, () => 9);
    expect(opener.open(seal(sealer, 23, new Uint8Array(12)))).toEqual(new Uint8Array(12));
  });

  test('padding never makes a record too long', () => {
    for (const wish of [Number.POSITIVE_INFINITY, 1e9, 20.7, -5]) {
      const [sealer, opener] = pair(aes128Gcm, () => wish);
      const content = new Uint8Array(16_380).fill(1);
      const record = seal(sealer, 23, content);
      expect(record.length).toBeLessThanOrEqual(HEADER_SIZE + MAX_PLAINTEXT + 1 + 16);
      expect(opener.open(record)).toEqual(content);
    }
  });

  test('the longest record opens, one byte more overflows, of content as of padding', () => {
    for (const max of [64, 512, MAX_PLAINTEXT]) {
      const inner = new Uint8Array(max + 1).fill(23);
      expect(pair(aes128Gcm, null, max)[1].open(fromHex(reference(aes128Gcm, 0n, inner)))).toHaveLength(max);
      const padded = new Uint8Array(max + 2);
      padded[0] = 23;
      for (const long of [new Uint8Array(max + 2).fill(23), padded]) {
        const record = fromHex(reference(aes128Gcm, 0n, long));
        expect(codeOf(() => pair(aes128Gcm, null, max)[1].open(record))).toBe('ERR_TLS_RECORD_OVERFLOW');
      }
    }
  });

  test('a key stops at its limit', () => {
    const [sealer] = pair({ ...aes128Gcm, recordLimit: 2 });
    expect(sealer.left).toBe(2);
    seal(sealer, 23, fromHex('01'));
    seal(sealer, 23, fromHex('01'));
    expect(sealer.left).toBe(0);
    expect(codeOf(() => seal(sealer, 23, fromHex('01')))).toBe('ERR_TLS_KEY_LIMIT');
  });

  test('neither side keeps the bytes of the key', () => {
    const [one, two] = [keyOf(aes128Gcm), keyOf(aes128Gcm)];
    new Sealer13(aes128Gcm, one, IV.slice(), null);
    new Opener13(aes128Gcm, two, IV.slice());
    expect([...one, ...two]).toEqual(Array(32).fill(0));
  });

  test('content may be reused as soon as it is sealed, whatever its size', () => {
    for (const size of [10, 300, 5000]) {
      const [sealer, opener] = pair(aes128Gcm);
      const content = new Uint8Array(size).fill(7);
      const out: Uint8Array[] = [];
      sealer.seal(23, content, out);
      content.fill(0);
      expect(opener.open(concat(...out))).toEqual(new Uint8Array(size).fill(7));
    }
  });
});

/** A whole record made by node:crypto from an inner plaintext (RFC 9846, section 5.2). */
function reference(aead: Aead, number: bigint, inner: Uint8Array): string {
  const nonce = Buffer.from(IV);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ number, 4);
  const name = { 'CHACHA20-POLY1305': 'chacha20-poly1305', 'AES-128-CCM-8': 'aes-128-ccm' }[aead.name as string];
  const cipher = createCipheriv((name ?? aead.name.toLowerCase()) as 'aes-128-ccm', keyOf(aead), nonce, {
    authTagLength: aead.tagSize,
  });
  const header = Buffer.from([23, 3, 3, 0, 0]);
  header.writeUInt16BE(inner.length + aead.tagSize, 3);
  cipher.setAAD(header, { plaintextLength: inner.length });
  const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
  return Buffer.concat([header, sealed, cipher.getAuthTag()]).toString('hex');
}
