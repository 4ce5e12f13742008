import { describe, expect, test } from 'vitest';
import { compareBytes, concat, EMPTY, equalBytes, equalSecret, isBytes } from '../../../src/bytes/index.ts';
import { fc } from '../../support/properties.ts';

const octets = fc.uint8Array({ maxLength: 40 });

describe('byte strings', () => {
  test('concat joins in order, and of nothing makes nothing', () => {
    fc.assert(
      fc.property(fc.array(octets, { maxLength: 6 }), (parts) => {
        expect([...concat(...parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
    expect(concat()).toEqual(EMPTY);
  });

  test.each([
    ['equalBytes', equalBytes],
    ['equalSecret', equalSecret],
  ])('%s knows equal from different', (_name, equal) => {
    fc.assert(
      fc.property(octets, octets, (a, b) => {
        expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(equal(a, a.slice())).toBe(true);
      }),
    );
    for (let i = 0; i < 64; i++) {
      const one = new Uint8Array(64);
      one[i] = 1 << (i & 7);
      expect(equal(one, new Uint8Array(64))).toBe(false);
    }
    expect(equal(new Uint8Array(3), new Uint8Array(4))).toBe(false);
  });

  test('compareBytes sorts as Buffer.compare does', () => {
    fc.assert(
      fc.property(octets, octets, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test('isBytes takes byte arrays of any make and nothing else', () => {
    expect(isBytes(new Uint8Array(1))).toBe(true);
    expect(isBytes(Buffer.alloc(1))).toBe(true);
    for (const other of [
      'a',
      null,
      undefined,
      1,
      {},
      [1],
      new Uint16Array(1),
      new DataView(new ArrayBuffer(1)),
      new ArrayBuffer(1),
    ]) {
      expect(isBytes(other)).toBe(false);
    }
  });
});
