import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, toHex } from '../../../src/bytes/index.ts';
import { isTlsError } from '../../../src/errors/index.ts';
import { type Codec, decode, encode } from '../../../src/wire/index.ts';
import { CODECS } from './codecs.ts';
import { endsOpen, samplesOf, valuesOf } from './generate.ts';

describe.each(CODECS)('%s', (_name, codec) => {
  test('a value survives the wire', () => {
    fc.assert(
      fc.property(valuesOf(codec), (value) => {
        expect(decode(codec, encode(codec, value))).toEqual(value);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test('a value cut short at any byte is refused', () => {
    const open = endsOpen(codec);
    for (const value of samplesOf(codec, 4)) {
      const whole = encode(codec, value);
      for (let end = 0; end < whole.length; end++) {
        const outcome = outcomeOf(codec, whole.subarray(0, end));
        if (outcome === 'same' && open) continue;
        expect(outcome, `${toHex(whole)} cut after ${end} bytes`).toBe('refused');
      }
    }
  });

  test('a value with any byte changed is refused, or is another value of the same bytes', () => {
    for (const value of samplesOf(codec, 4)) {
      const whole = encode(codec, value);
      for (let at = 0; at < whole.length; at++) {
        for (const flip of [0x01, 0x80, 0xff]) {
          const flipped = whole.slice();
          flipped[at]! ^= flip;
          expect(outcomeOf(codec, flipped), `${toHex(whole)} with byte ${at} flipped`).not.toBe('other');
        }
      }
    }
  });

  test('a value with a byte behind it is refused', () => {
    for (const value of samplesOf(codec, 4)) {
      const whole = encode(codec, value);
      const outcome = outcomeOf(codec, new Uint8Array([...whole, 0]));
      if (!endsOpen(codec)) expect(outcome).toBe('refused');
      else expect(outcome).not.toBe('other');
    }
  });
});

/** Whether decoding ends in an error of ours, or in a value that encodes to the very same bytes. */
function outcomeOf(codec: Codec<unknown>, bytes: Uint8Array): 'refused' | 'same' | 'other' {
  try {
    return equalBytes(encode(codec, decode(codec, bytes)), bytes) ? 'same' : 'other';
  } catch (error) {
    if (!isTlsError(error)) throw error;
    if (error.code !== 'ERR_TLS_DECODE' && error.code !== 'ERR_TLS_TRAILING_DATA') throw error;
    return 'refused';
  }
}
