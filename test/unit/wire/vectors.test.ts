import { describe, expect, test } from 'vitest';
import { fromHex, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import {
  Alert,
  CertificateVerify,
  CLIENT_HELLO_EXTENSIONS,
  ClientHello,
  type Codec,
  decode,
  ENCRYPTED_EXTENSIONS,
  EncryptedExtensions,
  encode,
  Finished,
  frame,
  Handshake,
  HandshakeType,
  HELLO_RETRY_REQUEST_RANDOM,
  isHelloRetryRequest,
  readExtensions,
  SERVER_HELLO_12_EXTENSIONS,
  SERVER_HELLO_13_EXTENSIONS,
  ServerHello,
  TLSPlaintext,
  writeExtension,
} from '../../../src/wire/index.ts';
import { BY_HAND, RFC_8448 } from './vectors.ts';

/** The body of a message, after its encoding was found to be the very same bytes again. */
function open<T>(codec: Codec<T>, message: Uint8Array): T {
  const { msg_type, body } = decode(Handshake, message);
  const value = decode(codec, body);
  expect(toHex(frame(msg_type, encode(codec, value)))).toBe(toHex(message));
  return value;
}

describe('RFC 8448, section 3', () => {
  test('ClientHello', () => {
    const hello = open(ClientHello, RFC_8448.clientHello);
    expect(hello.legacy_version).toBe(0x0303);
    expect(toHex(hello.random)).toBe('cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7');
    expect(hello.legacy_session_id.length).toBe(0);
    expect(hello.cipher_suites).toEqual([0x1301, 0x1303, 0x1302]);
    expect(hello.legacy_compression_methods).toEqual(new Uint8Array([0]));
    const { seen, ...values } = readExtensions(CLIENT_HELLO_EXTENSIONS, hello.extensions);
    expect(seen).toEqual([0, 0xff01, 10, 35, 51, 43, 13, 45, 28]);
    expect(values).toEqual({
      server_name: [{ name_type: 0, host_name: fromLatin1('server') }],
      renegotiation_info: new Uint8Array(0),
      supported_groups: [0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104],
      session_ticket: new Uint8Array(0),
      key_share: [
        { group: 29, key_exchange: fromHex('99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c') },
      ],
      supported_versions: [0x0304],
      signature_algorithms: [
        0x0403, 0x0503, 0x0603, 0x0203, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201, 0x0402, 0x0502, 0x0602,
        0x0202,
      ],
      psk_key_exchange_modes: [1],
      record_size_limit: 0x4001,
    });
  });

  test('ServerHello', () => {
    const hello = open(ServerHello, RFC_8448.serverHello);
    expect(hello.cipher_suite).toBe(0x1301);
    expect(isHelloRetryRequest(hello.random)).toBe(false);
    const { supported_versions, key_share, pre_shared_key } = readExtensions(
      SERVER_HELLO_13_EXTENSIONS,
      hello.extensions,
    );
    expect(supported_versions).toBe(0x0304);
    expect(key_share!.group).toBe(29);
    expect(toHex(key_share!.key_exchange)).toBe('c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f');
    expect(pre_shared_key).toBeUndefined();
  });

  test('EncryptedExtensions, CertificateVerify, Finished', () => {
    const { extensions } = open(EncryptedExtensions, RFC_8448.encryptedExtensions);
    const values = readExtensions(ENCRYPTED_EXTENSIONS, extensions);
    expect(values.seen).toEqual([10, 28, 0]);
    expect(values.server_name).toBe(true);
    expect(values.record_size_limit).toBe(0x4001);
    const { algorithm, signature } = open(CertificateVerify, RFC_8448.certificateVerify);
    expect(algorithm).toBe(0x0804);
    expect(signature.length).toBe(128);
    expect(open(Finished, RFC_8448.finished).length).toBe(32);
  });
});

describe('the handshake by hand', () => {
  test('ServerHello of TLS 1.2 in its record', () => {
    const { type, version, fragment } = decode(TLSPlaintext, BY_HAND.serverHello);
    expect([type, version]).toEqual([22, 0x0303]);
    const hello = open(ServerHello, fragment);
    expect(hello.legacy_session_id_echo.length).toBe(32);
    expect(hello.cipher_suite).toBe(0xc02f);
    const values = readExtensions(SERVER_HELLO_12_EXTENSIONS, hello.extensions);
    expect(values).toEqual({ seen: [0], server_name: true });
  });

  test('a ClientHello without the lengths of its vectors is refused, and the error names the field', () => {
    const { body } = decode(Handshake, BY_HAND.firstTry);
    expect(() => decode(ClientHello, body)).toThrow(/legacy_session_id has a length of 192 where 0 to 32/);
  });
});

describe('by hand', () => {
  const random = new Uint8Array(32).fill(7);

  test('hellos of TLS 1.2 without a block of extensions', () => {
    const hex = `0303 ${'07'.repeat(32)} 00 0002c02f 0100`;
    const hello = decode(ClientHello, fromHex(hex));
    expect(hello).toEqual({
      legacy_version: 0x0303,
      random,
      legacy_session_id: new Uint8Array(0),
      cipher_suites: [0xc02f],
      legacy_compression_methods: new Uint8Array([0]),
      extensions: null,
    });
    expect(encode(ClientHello, hello)).toEqual(fromHex(hex));
    expect(decode(ClientHello, fromHex(`${hex} 0000`)).extensions).toEqual([]);
    expect(decode(ServerHello, fromHex(`0303 ${'07'.repeat(32)} 00 c02f 00`)).extensions).toBeNull();
  });

  test('HelloRetryRequest', () => {
    expect(isHelloRetryRequest(HELLO_RETRY_REQUEST_RANDOM)).toBe(true);
    expect(isHelloRetryRequest(random)).toBe(false);
  });

  test('OfferedPsks', () => {
    const extension = writeExtension(CLIENT_HELLO_EXTENSIONS, 'pre_shared_key', {
      identities: [{ identity: fromHex('aabb'), obfuscated_ticket_age: 0xfffffffe }],
      binders: [new Uint8Array(32).fill(1)],
    });
    expect(extension.extension_type).toBe(41);
    expect(toHex(extension.extension_data)).toBe(`00080002aabbfffffffe002120${'01'.repeat(32)}`);
  });

  test('status_request', () => {
    const read = (hex: string) =>
      readExtensions(CLIENT_HELLO_EXTENSIONS, [{ extension_type: 5, extension_data: fromHex(hex) }]).status_request;
    expect(read('0100000000')).toEqual({
      status_type: 1,
      request: { responder_id_list: [], request_extensions: new Uint8Array(0) },
    });
    expect(read('02abcd')).toEqual({ status_type: 2, request: fromHex('abcd') });
  });

  test('Alert and framing', () => {
    expect(encode(Alert, { level: 2, description: 50 })).toEqual(fromHex('0232'));
    expect(toHex(frame(HandshakeType.server_hello_done, new Uint8Array(0)))).toBe('0e000000');
    expect(toHex(frame(HandshakeType.finished, new Uint8Array(0x102)).subarray(0, 4))).toBe('14000102');
    expect(() => frame(11, new Uint8Array(2 ** 24))).toThrow(expect.objectContaining({ code: 'ERR_TLS_ENCODE' }));
  });
});
