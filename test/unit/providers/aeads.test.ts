import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import type { Aead, AeadKey } from '../../../src/crypto/index.ts';
import { aeadsOf, cbcsOf, inBoth, random, WHOLE } from '../../support/providers.ts';

const SIZES = [0, 1, 15, 16, 17, 255, 256, 257, 1000, 16_384];

const VECTORS: Readonly<
  Record<string, readonly [key: string, nonce: string, aad: string, text: string, sealed: string]>
> = {
  // The GCM specification's test cases 4 and 16.
  'AES-128-GCM': [
    'feffe9928665731c6d6a8f9467308308',
    'cafebabefacedbaddecaf888',
    'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
  ],
  'AES-256-GCM': [
    'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    'cafebabefacedbaddecaf888',
    'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
  ],
  // RFC 8439, section 2.8.2.
  'CHACHA20-POLY1305': [
    '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    '070000004041424344454647',
    '50515253c0c1c2c3c4c5c6c7',
    '4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e',
    'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
  ],
  // NIST SP 800-38C, example 3.
  'AES-128-CCM-8': [
    '404142434445464748494a4b4c4d4e4f',
    '101112131415161718191a1b',
    '000102030405060708090a0b0c0d0e0f10111213',
    '202122232425262728292a2b2c2d2e2f3031323334353637',
    'e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951',
  ],
};

function seal(
  key: AeadKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
  trailer: Uint8Array | null,
): Uint8Array {
  const out: Uint8Array[] = [];
  key.seal(nonce, aad, text, trailer, out);
  return concat(...out);
}

describe.each(WHOLE)('AEADs of the $name provider', (whole) => {
  const aeads = aeadsOf(whole);

  test.each(Object.keys(VECTORS))('%s seals and opens its published vector', (name) => {
    const [key, nonce, aad, text, sealed] = VECTORS[name]!.map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const aead = aeads.find((one) => one.name === name)!;
    expect(toHex(seal(aead.key(key), nonce, aad, text, null))).toBe(toHex(sealed));
    expect(toHex(aead.key(key).open(nonce, aad, sealed)!)).toBe(toHex(text));
  });

  test.each(aeads)('$name opens what it sealed, with and without a trailer', (aead) => {
    const [key, nonce, aad] = [aead.key(random(aead.keySize)), random(12), random(13)];
    for (const size of SIZES) {
      const text = random(size);
      const [bare, trailed] = [seal(key, nonce, aad, text, null), seal(key, nonce, aad, text, fromHex('17'))];
      expect(bare.length).toBe(size + aead.tagSize);
      expect(key.open(nonce, aad, bare)).toEqual(text);
      expect(key.open(nonce, aad, trailed)).toEqual(concat(text, fromHex('17')));
    }
  });

  test.each(aeads)('$name refuses whatever was changed', (aead) => {
    const [key, nonce, aad, text] = [aead.key(random(aead.keySize)), random(12), random(5), random(40)];
    const sealed = seal(key, nonce, aad, text, null);
    for (let i = 0; i < sealed.length; i++) expect(key.open(nonce, aad, flipped(sealed, i))).toBeNull();
    for (let i = 0; i < 12; i++) expect(key.open(flipped(nonce, i), aad, sealed)).toBeNull();
    for (let i = 0; i < aad.length; i++) expect(key.open(nonce, flipped(aad, i), sealed)).toBeNull();
    for (let size = 0; size < sealed.length; size++) expect(key.open(nonce, aad, sealed.subarray(0, size))).toBeNull();
    expect(key.open(nonce, aad, concat(sealed, fromHex('00')))).toBeNull();
    expect(key.open(nonce, aad, sealed)).toEqual(text);
  });

  test.each(aeads)('$name leaves what it is given alone, and gives away what it makes', (aead) => {
    const raw = random(aead.keySize);
    const key = aead.key(raw);
    const same = aead.key(raw.slice());
    raw.fill(0);
    const [nonce, aad] = [random(12), random(5)];
    for (const size of [10, 1000]) {
      const text = random(size);
      const before = text.slice();
      const out: Uint8Array[] = [];
      key.seal(nonce, aad, text, fromHex('17'), out);
      expect(text).toEqual(before);
      text.fill(0xee);
      const sealed = concat(...out);
      const opened = same.open(nonce, aad, sealed)!;
      expect(opened).toEqual(concat(before, fromHex('17')));
      sealed.fill(0);
      expect(opened).toEqual(concat(before, fromHex('17')));
      for (const piece of [...out, opened]) expect(piece.buffer.byteLength).toBeLessThanOrEqual(size + 1 + 16 + 16);
    }
  });

  test.each(aeads)('$name says how long a key may serve', (aead) => {
    expect(aead.recordLimit).toBeGreaterThan(2 ** 20);
    expect(aead.forgeryLimit).toBeGreaterThanOrEqual(2 ** 7);
    if (aead.name.endsWith('GCM')) expect(aead.recordLimit).toBe(Math.floor(2 ** 24.5));
  });
});

describe('AEADs of both providers', () => {
  test.each(inBoth(aeadsOf))('%s: each opens what the other sealed', (_name, one, other) => {
    for (const size of SIZES) {
      const [key, nonce, aad, text] = [random(one.keySize), random(12), random(5), random(size)];
      for (const [from, to] of [[one, other] as const, [other, one] as const] satisfies [Aead, Aead][]) {
        const sealed = seal(from.key(key), nonce, aad, text, fromHex('16'));
        expect(to.key(key).open(nonce, aad, sealed)).toEqual(concat(text, fromHex('16')));
      }
    }
  });

  test('the two agree on which there are', () => {
    expect(inBoth(aeadsOf).length).toBe(aeadsOf(WHOLE[0]!).length);
  });
});

describe('block ciphers', () => {
  // NIST SP 800-38A, sections F.2.1 and F.2.5.
  const IV = '000102030405060708090a0b0c0d0e0f';
  const TEXT = '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51';
  const VECTOR: Readonly<Record<string, readonly [string, string]>> = {
    'AES-128-CBC': [
      '2b7e151628aed2a6abf7158809cf4f3c',
      '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2',
    ],
    'AES-256-CBC': [
      '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
      'f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d',
    ],
  };

  test.each(WHOLE)('those of the $name provider do the vectors of SP 800-38A', (whole) => {
    for (const cipher of cbcsOf(whole)) {
      const [key, expected] = VECTOR[cipher.name] ?? [];
      if (key === undefined || expected === undefined) continue;
      const opened = cipher.key(fromHex(key));
      expect(toHex(opened.encrypt(fromHex(IV), fromHex(TEXT)))).toBe(expected);
      expect(toHex(opened.decrypt(fromHex(IV), fromHex(expected)))).toBe(TEXT);
    }
  });

  test.each(inBoth(cbcsOf))('%s: each reads what the other wrote', (_name, one, other) => {
    for (const blocks of [1, 2, 1024]) {
      const [key, iv, text] = [random(one.keySize), random(16), random(16 * blocks)];
      expect(other.key(key).decrypt(iv, one.key(key).encrypt(iv, text))).toEqual(text);
      expect(one.key(key).decrypt(iv, other.key(key).encrypt(iv, text))).toEqual(text);
    }
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 1;
  return copy;
}
