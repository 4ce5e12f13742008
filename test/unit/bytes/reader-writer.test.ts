import { describe, expect, test } from 'vitest';
import { Reader, Writer } from '../../../src/bytes/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';

describe('reader and writer', () => {
  test('numbers of 1 to 4 bytes survive the way through', () => {
    const sized = fc.integer({ min: 1, max: 4 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(256 ** size - 1)));
    fc.assert(
      fc.property(fc.array(sized, { maxLength: 40 }), (numbers) => {
        const writer = new Writer(1);
        for (const [size, value] of numbers) writer.uint(size, value);
        const reader = new Reader(writer.finish());
        for (const [size, value] of numbers) expect(reader.uint(size)).toBe(value);
        reader.done();
      }),
    );
  });

  test('the short forms agree with the general one', () => {
    const writer = new Writer();
    writer.u8(0xfe);
    writer.u16(0xfedc);
    writer.u24(0xfedcba);
    writer.put(new Uint8Array([1, 2]));
    const bytes = writer.finish();
    expect(Buffer.from(bytes).toString('hex')).toBe('fefedcfedcba0102');
    expect(writer.length).toBe(8);
    const reader = new Reader(bytes);
    expect([reader.u8(), reader.u16(), reader.u24()]).toEqual([0xfe, 0xfedc, 0xfedcba]);
    expect(reader.take(2)).toEqual(new Uint8Array([1, 2]));
  });

  test('a value that does not fit its field is refused', () => {
    expect(codeOf(() => new Writer().u8(256))).toBe('ERR_TLS_ENCODE');
    expect(codeOf(() => new Writer().u8(-1))).toBe('ERR_TLS_ENCODE');
    expect(codeOf(() => new Writer().u24(2 ** 24))).toBe('ERR_TLS_ENCODE');
    const writer = new Writer();
    const hole = writer.hole(1);
    writer.put(new Uint8Array(256));
    expect(codeOf(() => writer.patch(hole, 1))).toBe('ERR_TLS_ENCODE');
  });

  test('a hole is filled with what follows it', () => {
    const writer = new Writer(2);
    writer.u8(7);
    const hole = writer.hole(2);
    writer.put(new Uint8Array(300));
    writer.patch(hole, 2);
    expect([...writer.finish().subarray(0, 3)]).toEqual([7, 1, 44]);
  });

  test('reading past the end fails, and so does leaving bytes over', () => {
    const bytes = new Uint8Array(3);
    for (const read of [
      (r: Reader) => r.uint(4),
      (r: Reader) => r.take(4),
      (r: Reader) => r.sub(4),
      (r: Reader) => [r.u16(), r.u16()],
      (r: Reader) => [r.u8(), r.u24()],
    ]) {
      expect(codeOf(() => read(new Reader(bytes)))).toBe('ERR_TLS_DECODE');
    }
    expect(codeOf(() => new Reader(bytes).done())).toBe('ERR_TLS_TRAILING_DATA');
  });

  test('an inner reader sees its part alone', () => {
    const reader = new Reader(new Uint8Array([1, 2, 3, 4]), 1);
    const inner = reader.sub(2);
    expect(inner.left).toBe(2);
    expect(inner.u16()).toBe(0x0203);
    expect(codeOf(() => inner.u8())).toBe('ERR_TLS_DECODE');
    inner.done();
    expect(reader.u8()).toBe(4);
    reader.done();
  });

  test('errors name the field and never its contents', () => {
    const reader = new Reader(new Uint8Array([0x5e]));
    reader.field = 'cookie';
    expect(() => reader.take(9)).toThrow(/cookie: 8 bytes are missing at offset 1/);
    expect(() => reader.done()).toThrow(/1 byte is left over after cookie/);
  });
});
