import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/bytes/index.ts';
import {
  CLIENT_HELLO_EXTENSIONS,
  type Extension,
  readExtensions,
  SERVER_HELLO_13_EXTENSIONS,
  writeExtension,
} from '../../../src/wire/index.ts';

const extension = (extension_type: number, hex: string): Extension => ({
  extension_type,
  extension_data: fromHex(hex),
});

describe('readExtensions', () => {
  test('decodes what the table has, and lists everything in its order', () => {
    const values = readExtensions(CLIENT_HELLO_EXTENSIONS, [
      extension(0x1a1a, 'ff'),
      extension(43, '020304'),
      extension(16, '0003026832'),
      extension(23, ''),
    ]);
    expect(values.seen).toEqual([0x1a1a, 43, 16, 23]);
    expect(values.supported_versions).toEqual([0x0304]);
    expect(values.application_layer_protocol_negotiation).toEqual([fromHex('6832')]);
    expect(values.extended_master_secret).toBe(true);
    expect(values.cookie).toBeUndefined();
  });

  test('does not decode a known extension that the table leaves out', () => {
    const small = { key_share: CLIENT_HELLO_EXTENSIONS.key_share };
    const values = readExtensions(small, [extension(43, 'ffffff'), extension(51, '0000')]);
    expect(values).toEqual({ seen: [43, 51], key_share: [] });
  });

  test('a block that was left out holds nothing', () => {
    expect(readExtensions(CLIENT_HELLO_EXTENSIONS, null)).toEqual({ seen: [] });
  });

  test.each([43, 0x1a1a])('refuses extension %i twice', (type) => {
    const twice = [extension(type, '020304'), extension(type, '020304')];
    expect(() => readExtensions(CLIENT_HELLO_EXTENSIONS, twice)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_DUPLICATE_EXTENSION', alert: 'decode_error' }),
    );
  });

  test('refuses an extension that is longer or shorter than its value', () => {
    const read = (hex: string) => () => readExtensions(CLIENT_HELLO_EXTENSIONS, [extension(43, hex)]);
    expect(read('02030400')).toThrow(expect.objectContaining({ code: 'ERR_TLS_TRAILING_DATA', alert: 'decode_error' }));
    expect(read('0403')).toThrow(expect.objectContaining({ code: 'ERR_TLS_DECODE', alert: 'decode_error' }));
    expect(() => readExtensions(CLIENT_HELLO_EXTENSIONS, [extension(23, '00')])).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_TRAILING_DATA' }),
    );
  });
});

describe('writeExtension', () => {
  test('encodes the value by its name in the table', () => {
    expect(writeExtension(SERVER_HELLO_13_EXTENSIONS, 'supported_versions', 0x0304)).toEqual(extension(43, '0304'));
    expect(writeExtension(CLIENT_HELLO_EXTENSIONS, 'extended_master_secret', true)).toEqual(extension(23, ''));
  });

  test('refuses a value outside its limits, and names the field', () => {
    const write = () => writeExtension(CLIENT_HELLO_EXTENSIONS, 'cookie', new Uint8Array(0));
    expect(write).toThrow(expect.objectContaining({ code: 'ERR_TLS_ENCODE' }));
    expect(write).toThrow(/cookie/);
  });
});
