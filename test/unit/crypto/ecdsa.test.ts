import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/index.ts';
import { ecdsaDerToRaw, ecdsaRawToDer } from '../../../src/crypto/index.ts';

describe('ECDSA signatures, raw and DER', () => {
  test.each(['P-256', 'P-384', 'P-521'])('%s: what OpenSSL makes survives both ways', (namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const size = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }[namedCurve]!;
    for (let i = 0; i < 100; i++) {
      const message = new Uint8Array([i]);
      const der = new Uint8Array(sign('sha256', message, privateKey));
      const raw = ecdsaDerToRaw(der, size)!;
      expect(raw.length).toBe(2 * size);
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
      expect(toHex(ecdsaRawToDer(raw))).toBe(toHex(der));
    }
  });

  test.each([
    ['0101', '3006020101020101'],
    ['00010080', '300702010102020080'],
    ['ff7f', '3007020200ff02017f'],
    ['0000', '3006020100020100'],
    [`${'ff'.repeat(66)}${'ff'.repeat(66)}`, `30818a0243${'00'}${'ff'.repeat(66)}0243${'00'}${'ff'.repeat(66)}`],
  ])('%s is %s', (raw, der) => {
    expect(toHex(ecdsaRawToDer(fromHex(raw)))).toBe(der);
    expect(toHex(ecdsaDerToRaw(fromHex(der), raw.length / 4)!)).toBe(raw);
  });

  test.each([0, 1, 3, 134])('%i bytes are no raw signature', (size) => {
    expect(() => ecdsaRawToDer(new Uint8Array(size))).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_SIGN_BAD_RESULT' }),
    );
  });

  test.each([
    ['nothing', ''],
    ['no SEQUENCE', '3106020101020101'],
    ['bytes behind it', '300602010102010100'],
    ['bytes inside it, behind s', '30080201010201010500'],
    ['a length that is too short', '3005020101020101'],
    ['a length that is too long', '3007020101020101'],
    ['a length in long form', '308106020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['a padded r', '300702020001020101'],
    ['a negative r', '3006020180020101'],
    ['an empty r', '30050200020101'],
    ['no s', '3003020101'],
    ['an s that is no INTEGER', '3006020101040101'],
    ['an INTEGER in long form', '300702810101020101'],
    ['an r that is too large', '300702020100020101'],
    ['an INTEGER beyond the end', '3006020101020201'],
  ])('%s is refused', (_what, der) => {
    expect(ecdsaDerToRaw(fromHex(der), 1)).toBeNull();
  });

  test('no single change and no truncation of a signature is read as the same', () => {
    const der = fromHex(
      '3046022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550',
    );
    const raw = toHex(ecdsaDerToRaw(der, 32)!);
    for (let i = 0; i < der.length; i++) {
      expect(ecdsaDerToRaw(der.subarray(0, i), 32)).toBeNull();
      for (let bit = 1; bit < 256; bit *= 2) {
        const changed = der.slice();
        changed[i]! ^= bit;
        const read = ecdsaDerToRaw(changed, 32);
        if (read !== null) expect(toHex(read)).not.toBe(raw);
      }
    }
  });
});
