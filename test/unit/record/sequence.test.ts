import { expect, test } from 'vitest';
import { Sequence } from '../../../src/record/sequence.ts';
import { fc } from '../../support/properties.ts';
import { startAt } from './start-at.ts';

function written(sequence: Sequence): bigint {
  const bytes = new Uint8Array(8);
  sequence.xorInto(bytes, 0);
  return Buffer.from(bytes).readBigUInt64BE();
}

test('counts in 64 bits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 3n }), (start) => {
      const sequence = new Sequence();
      startAt(sequence, start);
      expect(written(sequence)).toBe(start);
      expect(written(sequence)).toBe(start + 1n);
      if (start < 2n ** 53n - 4n) expect(sequence.count).toBe(Number(start + 2n));
    }),
  );
});

test('carries from the low half into the high one', () => {
  const sequence = new Sequence();
  startAt(sequence, 2n ** 32n - 1n);
  expect(written(sequence)).toBe(2n ** 32n - 1n);
  expect(written(sequence)).toBe(2n ** 32n);
  expect(sequence.count).toBe(2 ** 32 + 1);
});

test('is mixed in, not written over', () => {
  const sequence = new Sequence();
  startAt(sequence, 0x0102030405060708n);
  const bytes = new Uint8Array(12).fill(0xff);
  sequence.xorInto(bytes, 4);
  expect(Buffer.from(bytes).toString('hex')).toBe('fffffffffefdfcfbfaf9f8f7');
});
