import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import { Deframer, HEADER_SIZE, MAX_PLAINTEXT } from '../../../src/record/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';

function record(type: number, content: Uint8Array, version: number = 0x0303): Uint8Array {
  return concat(
    new Uint8Array([type, version >> 8, version & 255, content.length >> 8, content.length & 255]),
    content,
  );
}

/** Every record that is there. */
function all(deframer: Deframer): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let next = deframer.next(); next !== null; next = deframer.next()) records.push(next);
  return records;
}

const someRecord = fc
  .tuple(
    fc.constantFrom(20, 21, 22, 23),
    fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.constant(new Uint8Array(0)),
      fc.constant(new Uint8Array(MAX_PLAINTEXT)),
    ),
    fc.constantFrom(0x0301, 0x0303, 0x0304),
  )
  .map(([type, content, version]) => record(type, content, version));

describe('the deframer', () => {
  test('gives back the records that came, however they were cut', () => {
    const cuts = fc.array(fc.nat(20_000), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 6 }), cuts, (records, sizes) => {
        const bytes = concat(...records);
        const deframer = new Deframer();
        const got: Uint8Array[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          deframer.push(bytes.subarray(at, at + size));
          at = Math.min(bytes.length, at + size);
          got.push(...all(deframer));
          const returned = got.reduce((sum, one) => sum + one.length, 0);
          expect(deframer.buffered).toBe(at - returned);
        }
        expect(got).toEqual(records);
        expect(deframer.buffered).toBe(0);
      }),
    );
  });

  test('at every cut point, and byte by byte', () => {
    const records = [
      record(22, new Uint8Array([1, 2, 3])),
      record(23, new Uint8Array(0)),
      record(21, new Uint8Array(7)),
    ];
    const bytes = concat(...records);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const deframer = new Deframer();
      deframer.push(bytes.subarray(0, cut));
      const before = all(deframer);
      deframer.push(bytes.subarray(cut));
      expect([...before, ...all(deframer)]).toEqual(records);
    }
    const slow = new Deframer();
    const got = [...bytes].flatMap((byte) => {
      slow.push(new Uint8Array([byte]));
      return all(slow);
    });
    expect(got).toEqual(records);
  });

  test('does not copy a record that lies within one chunk', () => {
    const chunk = concat(record(22, new Uint8Array(9)), record(23, new Uint8Array(3)));
    const deframer = new Deframer();
    deframer.push(chunk);
    for (const one of all(deframer)) expect(one.buffer).toBe(chunk.buffer);
  });

  test('refuses a length as soon as the header is there', () => {
    const header = record(23, new Uint8Array(0));
    header[3] = 0x40;
    header[4] = 0x01;
    for (const whole of [true, false]) {
      const deframer = new Deframer();
      deframer.maxFragment = MAX_PLAINTEXT;
      if (whole) deframer.push(header);
      else for (const byte of header) deframer.push(new Uint8Array([byte]));
      expect(codeOf(() => deframer.next())).toBe('ERR_TLS_RECORD_OVERFLOW');
    }
  });

  test('holds nothing but what is there: a header that promises much costs its own record alone', () => {
    const deframer = new Deframer();
    for (let i = 0; i < 3; i++) {
      deframer.push(record(22, new Uint8Array(MAX_PLAINTEXT)));
      expect(all(deframer)).toHaveLength(1);
    }
    expect(deframer).toMatchObject({ partial: null, buffered: 0 });
  });

  test.each([
    ['plain HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'ERR_TLS_NOT_TLS'],
    ['a first byte that no record has', new Uint8Array([0x80]), 'ERR_TLS_NOT_TLS'],
    ['a first version that is none of TLS', record(22, new Uint8Array(1), 0x0203), 'ERR_TLS_NOT_TLS'],
    [
      'a later type that does not exist',
      concat(record(22, new Uint8Array(1)), record(24, new Uint8Array(1))),
      'ERR_TLS_RECORD_HEADER',
    ],
    [
      'a later type below all',
      concat(record(22, new Uint8Array(1)), record(19, new Uint8Array(1))),
      'ERR_TLS_RECORD_HEADER',
    ],
    [
      'a later version that is none of TLS',
      concat(record(22, new Uint8Array(1)), record(22, new Uint8Array(1), 0x0403)),
      'ERR_TLS_RECORD_VERSION',
    ],
  ])('refuses %s', (_what, bytes, code) => {
    const deframer = new Deframer();
    deframer.push(bytes);
    expect(codeOf(() => all(deframer))).toBe(code);
    const slow = new Deframer();
    const feed = (): void => {
      for (const byte of bytes) {
        slow.push(new Uint8Array([byte]));
        slow.next();
      }
    };
    expect(codeOf(feed)).toBe(code);
  });

  test('clear drops everything, half a record among it', () => {
    const deframer = new Deframer();
    deframer.push(record(22, new Uint8Array(9)).subarray(0, HEADER_SIZE + 2));
    expect(deframer.next()).toBeNull();
    deframer.push(new Uint8Array(3));
    deframer.clear();
    expect(deframer.buffered).toBe(0);
    deframer.push(record(23, new Uint8Array([5])));
    expect(all(deframer)).toEqual([record(23, new Uint8Array([5]))]);
  });
});
