import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, toUtf8 } from '../../../src/bytes/index.ts';
import { hashOf } from '../../../src/crypto/index.ts';
import { expand, extract } from '../../../src/schedule/index.ts';
import { random, WHOLE } from '../../support/providers.ts';

const ABC = {
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  sha384: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  sha512:
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
} as const;

/** RFC 4231, section 4: number, key, data, SHA-256, SHA-384. */
const HMAC = [
  [
    1,
    '0b'.repeat(20),
    toHex(toUtf8('Hi There')),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
  ],
  [
    2,
    toHex(toUtf8('Jefe')),
    toHex(toUtf8('what do ya want for nothing?')),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
  ],
  [
    3,
    'aa'.repeat(20),
    'dd'.repeat(50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    '88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27',
  ],
  [
    6,
    'aa'.repeat(131),
    toHex(toUtf8('Test Using Larger Than Block-Size Key - Hash Key First')),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
  ],
] as const;

describe.each(WHOLE)('hashes of the $name provider', ({ hashes }) => {
  test.each(Object.entries(ABC))('%s of "abc" is that of FIPS 180', (name, digest) => {
    const hash = hashes.find((one) => one.name === name)!;
    expect(toHex(hash.digest(toUtf8('abc')))).toBe(digest);
    expect(hash.size).toBe(digest.length / 2);
  });

  test.each(HMAC)('HMAC test case %i of RFC 4231', (_number, key, data, sha256, sha384) => {
    for (const [name, mac] of [['sha256', sha256] as const, ['sha384', sha384] as const]) {
      const hash = hashOf({ hashes }, name)!;
      expect(toHex(hash.hmac(fromHex(key), fromHex(data)))).toBe(mac);
    }
  });

  test('HKDF test case 1 of RFC 5869', () => {
    const hash = hashOf({ hashes }, 'sha256')!;
    const prk = extract(hash, fromHex('000102030405060708090a0b0c'), fromHex('0b'.repeat(22)));
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(expand(hash, prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  test.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    '%s agrees with OpenSSL at every length that matters',
    (name) => {
      const hash = hashOf({ hashes }, name)!;
      for (const size of [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000, 5000]) {
        const [data, key] = [random(size), random(size)];
        expect(toHex(hash.digest(data))).toBe(createHash(name).update(data).digest('hex'));
        expect(toHex(hash.hmac(key, data))).toBe(createHmac(name, key).update(data).digest('hex'));
      }
    },
  );

  test('HMAC takes its message in parts', () => {
    const hash = hashOf({ hashes }, 'sha256')!;
    const [key, data] = [random(32), random(3000)];
    const whole = toHex(hash.hmac(key, data));
    expect(toHex(hash.hmac(key, data.subarray(0, 1), data.subarray(1, 1), data.subarray(1)))).toBe(whole);
    expect(toHex(hash.hmac(key))).toBe(toHex(hash.hmac(key, new Uint8Array(0))));
  });

  test('a running hash can be looked at, copied, and goes on', () => {
    for (const hash of hashes) {
      const running = hash.start();
      running.update(toUtf8('a'));
      const copy = running.copy();
      expect(toHex(running.peek())).toBe(toHex(hash.digest(toUtf8('a'))));
      running.update(toUtf8('bc'));
      expect(toHex(running.peek())).toBe(ABC[hash.name]);
      expect(toHex(running.peek())).toBe(ABC[hash.name]);
      expect(toHex(copy.peek())).toBe(toHex(hash.digest(toUtf8('a'))));
    }
  });

  test('results are plain memory of their own', () => {
    const hash = hashOf({ hashes }, 'sha256')!;
    const [key, data] = [random(32), random(100)];
    const results = [
      hash.digest(data),
      hash.digest(data),
      hash.hmac(key, data),
      hash.hmac(key, data),
      hash.start().peek(),
    ];
    const buffers = new Set(results.map((result) => result.buffer));
    expect(buffers.size).toBe(results.length);
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(result.buffer.byteLength).toBe(result.length);
    }
  });
});
