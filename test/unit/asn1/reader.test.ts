import { describe, expect, it } from 'vitest';
import { checkDer, DerReader, der, OID, oidName, TAG } from '../../../src/asn1/index.ts';
import { fromHex, toHex } from '../../../src/bytes/index.ts';
import { codeOf } from '../../support/errors.ts';

const reader = (hex: string) => new DerReader(fromHex(hex));
const refuses = (hex: string, read: (reader: DerReader) => unknown) =>
  expect(codeOf(() => read(reader(hex)))).toBe('ERR_TLS_DER');

describe('the DER reader', () => {
  it.each([
    ['an indefinite length', '30800000'],
    ['a long form that the short one would do for', '04810100'],
    ['a leading zero in the length', '0482008000'],
    ['a length of five octets', '04850000000001'],
    ['a length beyond the end', '040200'],
    ['a length that is cut off', '0482'],
    ['no length', '04'],
    ['nothing', ''],
    ['a tag number of many octets', '1f8100'],
    ['an end-of-contents mark', '0000'],
  ])('refuses %s', (_what, hex) => {
    refuses(hex, (r) => r.any());
  });

  it('reads lengths of every size', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const r = new DerReader(der.octetString(new Uint8Array(size)));
      expect(r.contents(TAG.OCTET_STRING)).toHaveLength(size);
      r.done();
    }
  });

  it('keeps what is inside inside', () => {
    const r = reader('3003020101 0500');
    const outer = r.enter(TAG.SEQUENCE);
    expect(r.uint()).toBe(1);
    expect(r.more).toBe(false);
    expect(codeOf(() => r.any())).toBe('ERR_TLS_DER');
    r.leave(outer);
    r.empty();
    r.done();
    refuses('3003020101', (all) => all.leave(all.enter(TAG.SEQUENCE)));
    refuses('050000', (all) => {
      all.empty();
      all.done();
    });
  });

  it('says where and what', () => {
    expect(() => reader('0500').next(TAG.SEQUENCE)).toThrow('tag 0x05 instead of 0x30 at offset 0');
  });

  it('reads booleans, of which DER has two', () => {
    expect(reader('0101ff').boolean()).toBe(true);
    expect(reader('010100').boolean()).toBe(false);
    for (const hex of ['010101', '0100', '0102ffff', '0201ff']) refuses(hex, (r) => r.boolean());
  });

  it('reads integers, minimal ones alone', () => {
    expect(toHex(reader('020200ff').integer())).toBe('00ff');
    expect(toHex(reader('020200ff').positive())).toBe('ff');
    expect(reader('02047fffffff').uint()).toBe(0x7fffffff);
    for (const hex of ['0200', '02020001', '0202ff80']) refuses(hex, (r) => r.integer());
    for (const hex of ['0201ff', '020100']) refuses(hex, (r) => r.positive());
    for (const hex of ['0201ff', '02050100000000']) refuses(hex, (r) => r.uint());
  });

  it('reads bit strings', () => {
    expect(toHex(reader('03020080').bitString())).toBe('80');
    for (const hex of ['0300', '03020780']) refuses(hex, (r) => r.bitString());
    expect(reader('03020780').namedBits()).toBe(1);
    expect(reader('0303070080').namedBits()).toBe(256);
    expect(reader('030100').namedBits()).toBe(0);
    for (const hex of ['0300', '03020880', '030101', '030207c0', '03050000000080']) refuses(hex, (r) => r.namedBits());
  });

  it('reads object identifiers, arcs of any size', () => {
    for (const name of Object.keys(OID) as (keyof typeof OID)[]) {
      expect(new DerReader(der.oid(OID[name])).oid()).toBe(OID[name]);
      expect(oidName(OID[name])).toBe(name);
    }
    expect(oidName('1.2.3')).toBeNull();
    expect(reader('0603883703').oid()).toBe('2.999.3');
    // ITU-T X.667: a UUID as one arc
    expect(reader('0614 6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776').oid()).toBe(
      '2.25.329800735698586629295641978511506172918',
    );
    for (const hex of ['0600', '060180', '06022a80', '0603 2a8003', `0641${'01'.repeat(65)}`])
      refuses(hex, (r) => r.oid());
  });

  it('reads an empty NULL alone', () => {
    refuses('050100', (r) => r.empty());
  });

  it('checks all the way in, but not endlessly deep', () => {
    expect(codeOf(() => checkDer(fromHex('3006 3004 0400 0500')))).toBeNull();
    expect(codeOf(() => checkDer(fromHex('3006 3004 0400 0501')))).toBe('ERR_TLS_DER');
    let deep: Uint8Array = der.nothing();
    for (let i = 0; i < 40; i++) deep = der.sequence(deep);
    expect(codeOf(() => checkDer(deep))).toBe('ERR_TLS_DER');
  });
});

describe('the DER builder', () => {
  it('builds what the reader reads', () => {
    expect(toHex(der.sequence(der.integer(1), der.boolean(true), der.nothing()))).toBe('30080201010101ff0500');
    expect(toHex(der.integer(128))).toBe('02020080');
    expect(toHex(der.integer(0))).toBe('020100');
    expect(toHex(der.integer(fromHex('0000ff')))).toBe('020200ff');
    expect(toHex(der.integer(2 ** 40))).toBe('0206010000000000');
    expect(toHex(der.namedBits(0))).toBe('030100');
    for (const bits of [1, 2, 33, 128, 256, 0x1ff]) expect(new DerReader(der.namedBits(bits)).namedBits()).toBe(bits);
    expect(toHex(der.explicit(3, der.nothing()))).toBe('a3020500');
    expect(toHex(der.implicit(7, fromHex('0a000001')))).toBe('87040a000001');
    expect(toHex(der.set(der.utf8String('ä'), der.ia5String('a'), der.printableString('b')))).toBe(
      '310a0c02c3a4160161130162',
    );
  });
});
