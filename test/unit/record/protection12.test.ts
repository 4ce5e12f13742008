import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import type { Bulk12, Suite12 } from '../../../src/crypto/index.ts';
import * as bulks from '../../../src/providers/node/optin/bulk.ts';
import { aes128Gcm, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 as GCM } from '../../../src/providers/node.ts';
import { keySizes12, MAX_PLAINTEXT, type Opener, opener12, type Sealer, sealer12 } from '../../../src/record/index.ts';
import type { DirectionKeys } from '../../../src/schedule/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';
import { sequenceOf, startAt } from './start-at.ts';

interface Kind {
  readonly name: string;
  readonly bulk: Bulk12;
  readonly encryptThenMac: boolean;
}

const { AES_128_CBC_SHA, AES_256_CBC_SHA256, AES_256_CBC_SHA384 } = bulks;

function kind(name: string, bulk: Bulk12, encryptThenMac: boolean = false): Kind {
  return { name: encryptThenMac ? `${name}, encrypt-then-MAC` : name, bulk, encryptThenMac };
}

const KINDS: readonly Kind[] = [
  kind('AES_128_GCM', bulks.AES_128_GCM),
  kind('AES_256_GCM', bulks.AES_256_GCM),
  kind('CHACHA20_POLY1305', bulks.CHACHA20_POLY1305),
  kind('AES_128_CCM', bulks.AES_128_CCM),
  kind('AES_128_CCM_8', bulks.AES_128_CCM_8),
  ...[false, true].flatMap((etm) => [
    kind('AES_128_CBC_SHA', AES_128_CBC_SHA, etm),
    kind('AES_256_CBC_SHA256', AES_256_CBC_SHA256, etm),
    kind('AES_256_CBC_SHA384', AES_256_CBC_SHA384, etm),
  ]),
];

const IV = new Uint8Array(16).fill(0xee);

function suiteOf({ bulk }: Kind): Suite12 {
  return { ...GCM, bulk };
}

function keysFor(it: Kind): DirectionKeys {
  const { mac, key, iv } = keySizes12(suiteOf(it));
  return { mac: new Uint8Array(mac).fill(1), key: new Uint8Array(key).fill(2), iv: new Uint8Array(iv).fill(3) };
}

function pair(it: Kind, maxContent: number = MAX_PLAINTEXT): [Sealer, Opener] {
  const options = { encryptThenMac: it.encryptThenMac, maxContent, random: (size: number) => IV.slice(0, size) };
  return [sealer12(suiteOf(it), keysFor(it), options), opener12(suiteOf(it), keysFor(it), options)];
}

function seal(sealer: Sealer, type: number, content: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [];
  sealer.seal(type, content, out);
  return concat(...out);
}

describe.each(KINDS)('TLS 1.2 records under $name', (it) => {
  test('come out as they went in, one after the other', () => {
    const one = fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 400 }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (records) => {
        const [sealer, opener] = pair(it);
        for (const [type, content] of records) {
          const record = seal(sealer, type, content);
          expect(record.length).toBeLessThanOrEqual(5 + content.length + sealer.expansion);
          expect([...record.subarray(0, 3)]).toEqual([type, 3, 3]);
          expect(opener.open(record)).toEqual(content);
          expect(opener.type).toBe(type);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('are as the RFCs compose them, at the beginning and past 2^32 of them', () => {
    for (const number of [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n + 9n]) {
      for (const content of [fromHex(''), fromHex('c0ffee'), new Uint8Array(100).fill(9)]) {
        const [sealer, opener] = pair(unlimited(it));
        for (const side of [sealer, opener]) startAt(sequenceOf(side), number);
        if (it.bulk.kind === 'cbc' && number > 2n ** 24n) {
          expect(codeOf(() => seal(sealer, 23, content))).toBe('ERR_TLS_KEY_LIMIT');
        } else expect(toHex(seal(sealer, 23, content))).toBe(reference(it, number, content));
        expect(opener.open(fromHex(reference(it, number, content)))).toEqual(content);
      }
    }
  });

  test('any changed bit, of the type and version too, and any missing byte is noticed', () => {
    const whole = seal(pair(it)[0], 23, fromHex('0123456789'));
    for (let i = 0; i < whole.length; i++) {
      if (i >= 1 && i < 5) continue; // version and length are the deframer's, and stand in no opener's way
      const flipped = whole.slice();
      flipped[i]! ^= 1 << (i & 7);
      expect(
        codeOf(() => pair(it)[1].open(flipped)),
        `byte ${i}`,
      ).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
    for (let size = 5; size < whole.length; size++) {
      expect(codeOf(() => pair(it)[1].open(whole.slice(0, size)))).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
  });

  test('records twice, or in another order, do not open', () => {
    const [sealer, opener] = pair(it);
    const [first, second] = [seal(sealer, 23, fromHex('01')), seal(sealer, 23, fromHex('02'))];
    // With an explicit nonce the order is told by the additional data alone.
    expect(codeOf(() => opener.open(second))).toBe('ERR_TLS_BAD_RECORD_MAC');
    const [, again] = pair(it);
    again.open(first);
    expect(codeOf(() => again.open(first))).toBe('ERR_TLS_BAD_RECORD_MAC');
  });

  test('the longest content opens, one byte more overflows', () => {
    for (const max of [512, MAX_PLAINTEXT]) {
      const [sealer, opener] = pair(it, max);
      expect(opener.open(seal(sealer, 23, new Uint8Array(max)))).toHaveLength(max);
      expect(codeOf(() => opener.open(seal(sealer, 23, new Uint8Array(max + 1))))).toBe('ERR_TLS_RECORD_OVERFLOW');
    }
  });

  test('neither side keeps the bytes of the cipher key', () => {
    const options = { encryptThenMac: it.encryptThenMac, maxContent: 1, random: (size: number) => IV.slice(0, size) };
    for (const make of [sealer12, opener12]) {
      const keys = keysFor(it);
      make(suiteOf(it), keys, options);
      expect(keys.key.every((byte) => byte === 0)).toBe(true);
    }
  });
});

test.each(KINDS.filter(({ bulk }) => bulk.kind === 'cbc'))('$name begins each record with another IV', (it) => {
  let count = 0;
  const random = (size: number): Uint8Array => {
    count += 1;
    return new Uint8Array(size).fill(count);
  };
  const options = { encryptThenMac: it.encryptThenMac, maxContent: MAX_PLAINTEXT, random };
  const sealer = sealer12(suiteOf(it), keysFor(it), options);
  for (const which of [1, 2, 3]) {
    expect(seal(sealer, 23, fromHex('01')).subarray(5, 21)).toEqual(new Uint8Array(16).fill(which));
  }
});

test('a TLS 1.2 key stops at its limit', () => {
  const bulk: Bulk12 = { kind: 'gcm', aead: { ...aes128Gcm, recordLimit: 1 } };
  const [sealer] = pair({ name: 'short', bulk, encryptThenMac: false });
  seal(sealer, 23, fromHex('01'));
  expect(sealer.left).toBe(0);
  expect(codeOf(() => seal(sealer, 23, fromHex('01')))).toBe('ERR_TLS_KEY_LIMIT');
});

function unlimited(it: Kind): Kind {
  const { bulk } = it;
  if (bulk.kind === 'cbc') return it;
  return { ...it, bulk: { ...bulk, aead: { ...bulk.aead, recordLimit: Number.POSITIVE_INFINITY } } };
}

/** A whole record of application data, made by node:crypto. */
function reference(it: Kind, number: bigint, content: Uint8Array): string {
  const sequence = Buffer.alloc(8);
  sequence.writeBigUInt64BE(number);
  const body = it.bulk.kind === 'cbc' ? cbcBody(it, sequence, content) : aeadBody(it, sequence, content);
  return Buffer.concat([header(body.length), body]).toString('hex');
}

function header(length: number): Buffer {
  const bytes = Buffer.from([23, 3, 3, 0, 0]);
  bytes.writeUInt16BE(length, 3);
  return bytes;
}

function aeadBody(it: Kind, sequence: Buffer, content: Uint8Array): Buffer {
  const { bulk } = it;
  if (bulk.kind === 'cbc') throw new Error('a CBC suite');
  const { key, iv } = keysFor(it);
  const explicit = bulk.kind === 'gcm';
  const nonce = Buffer.alloc(12);
  nonce.set(iv);
  if (explicit) nonce.set(sequence, 4);
  else for (let i = 0; i < 8; i++) nonce[4 + i]! ^= sequence[i]!;
  const names: Record<string, string> = { 'CHACHA20-POLY1305': 'chacha20-poly1305', 'AES-128-CCM-8': 'aes-128-ccm' };
  const name = names[bulk.aead.name] ?? bulk.aead.name.toLowerCase();
  const cipher = createCipheriv(name as 'aes-128-ccm', key, nonce, { authTagLength: bulk.aead.tagSize });
  cipher.setAAD(Buffer.concat([sequence, header(content.length)]), { plaintextLength: content.length });
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([explicit ? sequence : Buffer.alloc(0), sealed, cipher.getAuthTag()]);
}

function cbcBody(it: Kind, sequence: Buffer, content: Uint8Array): Buffer {
  const { bulk } = it;
  if (bulk.kind !== 'cbc') throw new Error('not a CBC suite');
  const keys = keysFor(it);
  const mac = (data: Buffer): Buffer =>
    createHmac(bulk.mac.name, keys.mac).update(sequence).update(header(data.length)).update(data).digest();
  const encrypt = (data: Buffer): Buffer => {
    const padding = 15 - (data.length % 16);
    const cipher = createCipheriv(`aes-${bulk.cipher.keySize * 8}-cbc`, keys.key, IV).setAutoPadding(false);
    const sealed = cipher.update(Buffer.concat([data, Buffer.alloc(padding + 1, padding)]));
    return Buffer.concat([IV, sealed, cipher.final()]);
  };
  const plain = Buffer.from(content);
  if (!it.encryptThenMac) return encrypt(Buffer.concat([plain, mac(plain)]));
  const sealed = encrypt(plain);
  return Buffer.concat([sealed, mac(sealed)]);
}
