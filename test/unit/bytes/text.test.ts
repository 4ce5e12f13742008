import { describe, expect, test } from 'vitest';
import {
  fromBase64,
  fromHex,
  fromLatin1,
  fromUtf8,
  toBase64,
  toHex,
  toLatin1,
  toUtf8,
} from '../../../src/bytes/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';

const octets = fc.uint8Array({ maxLength: 100 });

describe('text', () => {
  test('hex, base64 and Latin-1 agree with Buffer both ways', () => {
    fc.assert(
      fc.property(octets, (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(toHex(bytes)).toBe(buffer.toString('hex'));
        expect(toBase64(bytes)).toBe(buffer.toString('base64'));
        expect(toLatin1(bytes)).toBe(buffer.toString('latin1'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromLatin1(toLatin1(bytes))).toEqual(bytes);
      }),
    );
  });

  test('UTF-8 agrees with Buffer, surrogate pairs among it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(Buffer.from(toUtf8(text)).toString('utf8')).toBe(text);
        expect(fromUtf8(Buffer.from(text))).toBe(text);
      }),
    );
  });

  test('UTF-8 is read as strictly as a fatal TextDecoder does', () => {
    const strict = (bytes: Uint8Array): string | null => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return null;
      }
    };
    const likely = fc.uint8Array({ min: 0x70, maxLength: 5 });
    fc.assert(
      fc.property(likely, (bytes) => {
        expect(fromUtf8(bytes)).toBe(strict(bytes));
      }),
      { numRuns: 2000 },
    );
    for (const bad of ['c080', 'e08080', 'eda080', 'f08080 80', 'f4908080', 'f8888080 80', 'c3', 'e282', '80', 'ff']) {
      expect(fromUtf8(fromHex(bad))).toBeNull();
    }
  });

  test('what is not hex or base64 is refused', () => {
    expect(codeOf(() => fromHex('abc'))).toBe('ERR_TLS_CONFIG');
    expect(codeOf(() => fromHex('0g'))).toBe('ERR_TLS_CONFIG');
    expect(fromHex(' 0A\n0b ')).toEqual(new Uint8Array([10, 11]));
    for (const bad of ['A', 'AA', 'AAA', 'A===', '====', 'AA=A', 'AA*=', '=AAA']) expect(fromBase64(bad)).toBeNull();
    expect(fromBase64(' AA\n== ')).toEqual(new Uint8Array([0]));
  });
});
