import { describe, expect, test } from 'vitest';
import { isTlsError } from '../../../src/errors/index.ts';
import {
  type Codec,
  decode,
  encode,
  type Limits,
  list,
  sole,
  struct,
  uint8,
  uint16,
  vector,
} from '../../../src/wire/index.ts';
import { CODECS } from './codecs.ts';
import { lengthSize, limitsOf, partsOf, samplesOf } from './generate.ts';

const LIMITED: [string, Codec<unknown>, Limits][] = [];
for (const [name, whole] of CODECS) {
  for (const codec of partsOf(whole)) {
    const limits = limitsOf(codec);
    if (limits !== null && !LIMITED.some((one) => one[1] === codec))
      LIMITED.push([`${codec.name} in ${name}`, codec, limits]);
  }
}

describe.each(LIMITED)('%s', (_name, codec, limits) => {
  const { min, max } = limits;
  const top = 256 ** lengthSize(limits) - 1;

  test('its length is held to its limits in reading', () => {
    if (min > 0) expect(codeOf(() => decode(codec, zeros(limits, min - 1)))).toBe('ERR_TLS_DECODE');
    if (max < top) expect(codeOf(() => decode(codec, zeros(limits, max + 1)))).toBe('ERR_TLS_DECODE');
  });

  test('its length is held to its limits in writing', () => {
    if (min > 0) expect(codeOf(() => encode(codec, shorter(codec)))).toBe('ERR_TLS_ENCODE');
    if (max < 2 ** 16) expect(codeOf(() => encode(codec, longer(codec, max)))).toBe('ERR_TLS_ENCODE');
  });
});

describe('limits', () => {
  test('of three bytes are held in writing too', () => {
    expect(codeOf(() => encode(vector(0, 2 ** 24 - 1), new Uint8Array(2 ** 24)))).toBe('ERR_TLS_ENCODE');
  });

  test('an error names the field, in reading and in writing', () => {
    const inner = struct<{ one: number; name: Uint8Array }>('Inner', { one: uint8, name: vector(2, 4) });
    const outer = sole('Outer', 'inners', list(inner, 0, 20));
    expect(() => decode(outer, new Uint8Array([3, 7, 1, 0]))).toThrow(/name has a length of 1 where 2 to 4 bytes/);
    expect(() => decode(outer, new Uint8Array([9, 7]))).toThrow(/inners: 8 bytes are missing at offset 2/);
    const tooMuch = [{ one: 1, name: new Uint8Array(5) }];
    expect(() => encode(outer, tooMuch)).toThrow(/name has a length of 5 where 2 to 4 bytes/);
    const tooMany = new Array(6).fill({ one: 1, name: new Uint8Array(4) });
    expect(() => encode(outer, tooMany)).toThrow(/inners has a length of 36 where 0 to 20 bytes/);
  });

  test.each([-1, 65536, 1.5, Number.NaN])('%s is no uint16', (value) => {
    expect(codeOf(() => encode(uint16, value))).toBe('ERR_TLS_ENCODE');
  });

  test('an opaque[n] has n bytes', () => {
    const [, random] = CODECS.find(([name]) => name === 'random')!;
    expect(codeOf(() => encode(random, new Uint8Array(31)))).toBe('ERR_TLS_ENCODE');
  });
});

function zeros(limits: Limits, length: number): Uint8Array {
  const size = lengthSize(limits);
  const bytes = new Uint8Array(size + length);
  for (let i = 0; i < size; i++) bytes[i] = length / 256 ** (size - 1 - i);
  return bytes;
}

function shorter(codec: Codec<unknown>): unknown {
  return codec.shape.kind === 'list' ? [] : new Uint8Array(limitsOf(codec)!.min - 1);
}

function longer(codec: Codec<unknown>, max: number): unknown {
  if (codec.shape.kind !== 'list') return new Uint8Array(max + 1);
  const [item] = samplesOf(codec.shape.item, 1);
  const size = encode(codec.shape.item, item).length;
  return new Array(Math.floor(max / size) + 1).fill(item);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isTlsError(error)) return error.code;
    throw error;
  }
  return 'no error';
}
