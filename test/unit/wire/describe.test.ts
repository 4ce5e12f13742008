import { describe, expect, test } from 'vitest';
import { fromHex, toUtf8 } from '../../../src/bytes/index.ts';
import type { Tracer } from '../../../src/handshake/events.ts';
import { FieldTree } from '../../../src/wire/describe/tree.ts';
import * as wire from '../../../src/wire/index.ts';
import {
  type DescribeContext,
  describeAlert,
  describeChangeCipherSpec,
  describeHandshake,
  describeMessage,
  describeRecord,
  encode,
  exchangeOf,
  frame,
  HandshakeType,
  type HandshakeTypeName,
  protectionOf,
  tracer,
} from '../../../src/wire/index.ts';
import { CODECS } from './codecs.ts';
import { samplesOf } from './generate.ts';
import { expectTiles, find, harmed, values } from './tiles.ts';
import { BY_HAND, RFC_8448 } from './vectors.ts';

const UNKNOWN: DescribeContext = { from: null, version: null };
const TLS12: DescribeContext = { from: 'server', version: 0x0303 };
const TLS13: DescribeContext = { from: 'server', version: 0x0304 };
const byExchange = (exchange: string): DescribeContext => ({ ...TLS12, exchange });

/** One extension of each kind in the table, with a random value. */
function allOf(table: object): wire.Extension[] {
  return Object.entries(table as wire.ExtensionTable<Record<string, unknown>>).map(([, { type, codec }]) => ({
    extension_type: type,
    extension_data: encode(codec, samplesOf(codec, 1)[0]),
  }));
}

/** Every message in every form, with what its body is read by. */
const MESSAGES: [HandshakeTypeName, DescribeContext, wire.Codec<unknown>, object?][] = [
  ['hello_request', TLS12, wire.HelloRequest],
  ['client_hello', UNKNOWN, wire.ClientHello, wire.CLIENT_HELLO_EXTENSIONS],
  ['server_hello', UNKNOWN, wire.ServerHello, wire.SERVER_HELLO_12_EXTENSIONS],
  ['server_hello', UNKNOWN, wire.ServerHello, wire.SERVER_HELLO_13_EXTENSIONS],
  ['new_session_ticket', TLS12, wire.NewSessionTicket12],
  ['new_session_ticket', TLS13, wire.NewSessionTicket13, wire.NEW_SESSION_TICKET_EXTENSIONS],
  ['end_of_early_data', TLS13, wire.EndOfEarlyData],
  ['encrypted_extensions', TLS13, wire.EncryptedExtensions, wire.ENCRYPTED_EXTENSIONS],
  ['certificate', TLS12, wire.Certificate12],
  ['certificate', TLS13, wire.Certificate13],
  ['server_key_exchange', byExchange('ecdhe'), wire.ServerKeyExchangeEcdhe],
  ['server_key_exchange', byExchange('dhe'), wire.ServerKeyExchangeDhe],
  ['server_key_exchange', byExchange('psk'), wire.ServerKeyExchangePsk],
  ['server_key_exchange', byExchange('ecdhe-psk'), wire.ServerKeyExchangeEcdhePsk],
  ['server_key_exchange', byExchange('dhe-psk'), wire.ServerKeyExchangeDhePsk],
  ['certificate_request', TLS12, wire.CertificateRequest12],
  ['certificate_request', TLS13, wire.CertificateRequest13, wire.CERTIFICATE_REQUEST_EXTENSIONS],
  ['server_hello_done', TLS12, wire.ServerHelloDone],
  ['certificate_verify', TLS12, wire.CertificateVerify],
  ['client_key_exchange', byExchange('ecdhe'), wire.ClientKeyExchangeEcdhe],
  ['client_key_exchange', byExchange('dhe'), wire.ClientKeyExchangeDhe],
  ['client_key_exchange', byExchange('rsa'), wire.ClientKeyExchangeRsa],
  ['client_key_exchange', byExchange('psk'), wire.ClientKeyExchangePsk],
  ['client_key_exchange', byExchange('rsa-psk'), wire.ClientKeyExchangeRsaPsk],
  ['client_key_exchange', byExchange('ecdhe-psk'), wire.ClientKeyExchangeEcdhePsk],
  ['client_key_exchange', byExchange('dhe-psk'), wire.ClientKeyExchangeDhePsk],
  ['finished', TLS13, wire.Finished],
  ['certificate_status', TLS12, wire.CertificateStatus],
  ['key_update', TLS13, wire.KeyUpdate],
  ['compressed_certificate', TLS13, wire.CompressedCertificate],
];

describe.each(CODECS)('the fields of %s', (name, codec) => {
  const draw = (bytes: Uint8Array) => {
    const tree = new FieldTree(bytes);
    if (codec.shape.kind === 'uint' || codec.shape.kind === 'opaque' || codec.shape.kind === 'rest') {
      tree.leaf(name, 0, bytes.length);
    } else tree.decode(name, codec, 0, bytes.length);
    return tree.finish();
  };

  test('tile its bytes, whole or harmed', () => {
    for (const value of samplesOf(codec, 2)) {
      const whole = encode(codec, value);
      expect(draw(whole).error).toBeNull();
      expectTiles(whole, draw(whole));
      for (const bytes of harmed(whole)) expectTiles(bytes, draw(bytes));
    }
  });
});

describe.each(MESSAGES)('the fields of %s in %o', (message, context, codec, table) => {
  const [sample] = samplesOf(codec, 1);
  const body = table === undefined ? sample : { ...(sample as object), extensions: allOf(table) };
  const whole = frame(HandshakeType[message], encode(codec, body));

  test('tile its bytes, whole or harmed', () => {
    const description = describeHandshake(whole, context);
    expect(description.error).toBeNull();
    expectTiles(whole, description);
    expect(description.fields.slice(0, 2).map((field) => field.name)).toEqual(['msg_type', 'length']);
    expect(description.fields[0]!.meaning).toBe(message);
    for (const bytes of harmed(whole)) expectTiles(bytes, describeHandshake(bytes, context));
  });

  test('each extension is its type and a vector named for it', () => {
    const extensions = find(describeHandshake(whole, context).fields, 'extensions');
    const names = (extensions?.fields ?? []).slice(1).map((extension) => extension.fields![1]!.name);
    if (table !== undefined) expect(names).toEqual(Object.keys(table));
    for (const extension of extensions?.fields?.slice(1) ?? []) {
      expect(extension.fields!.length).toBe(2);
      expect(extension.fields![0]!.meaning).toBe(extension.fields![1]!.name);
      if (table !== undefined) expect(extension.fields![1]!.meaning).not.toBe('');
      expect(extension.fields![1]!.fields![0]!.name).toBe('length');
    }
  });
});

describe('describeHandshake', () => {
  test('RFC 8448: ClientHello', () => {
    const { fields, error } = describeHandshake(RFC_8448.clientHello, UNKNOWN);
    expect(error).toBeNull();
    expect(fields.map((field) => field.name)).toEqual([
      'msg_type',
      'length',
      'legacy_version',
      'random',
      'legacy_session_id',
      'cipher_suites',
      'legacy_compression_methods',
      'extensions',
    ]);
    expect(fields[2]).toEqual({ name: 'legacy_version', start: 4, end: 6, value: 0x0303, meaning: 'TLS 1.2' });
    expect(fields[5]!.fields!.map((field) => field.meaning)).toEqual([
      '6 bytes',
      'TLS_AES_128_GCM_SHA256',
      'TLS_CHACHA20_POLY1305_SHA256',
      'TLS_AES_256_GCM_SHA384',
    ]);
    expect(find(fields, 'host_name')!.value).toBe('server');
    expect(find(fields, 'host_name')!.fields![1]!.value).toBe('server');
    expect(find(fields, 'versions')!.fields![1]).toMatchObject({ value: 0x0304, meaning: 'TLS 1.3' });
    expect(find(fields, 'KeyShareEntry')!.fields![0]).toMatchObject({ name: 'group', value: 29, meaning: 'x25519' });
  });

  test('RFC 8448: ServerHello', () => {
    const { fields } = describeHandshake(RFC_8448.serverHello, UNKNOWN);
    expect(find(fields, 'cipher_suite')).toMatchObject({ value: 0x1301, meaning: 'TLS_AES_128_GCM_SHA256' });
    expect(find(fields, 'selected_version')).toMatchObject({ value: 0x0304, meaning: 'TLS 1.3' });
  });

  test('a HelloRetryRequest is told from a ServerHello', () => {
    const body = encode(wire.ServerHello, {
      legacy_version: 0x0303,
      random: wire.HELLO_RETRY_REQUEST_RANDOM,
      legacy_session_id_echo: new Uint8Array(0),
      cipher_suite: 0x1301,
      legacy_compression_method: 0,
      extensions: allOf(wire.HELLO_RETRY_REQUEST_EXTENSIONS),
    });
    const { fields, error } = describeHandshake(frame(2, body), TLS13);
    expect(error).toBeNull();
    expect(find(fields, 'random')!.meaning).toContain('HelloRetryRequest');
    expect(find(fields, 'selected_group')).not.toBeNull();
  });

  test('a Certificate of TLS 1.3 with extensions in its entries', () => {
    const body = encode(wire.Certificate13, {
      certificate_request_context: new Uint8Array(0),
      certificate_list: [{ cert_data: new Uint8Array(9), extensions: allOf(wire.CERTIFICATE_ENTRY_EXTENSIONS) }],
    });
    const { fields, error } = describeHandshake(frame(11, body), TLS13);
    expect(error).toBeNull();
    expect(find(fields, 'status_request')!.fields!.map((field) => field.name)).toEqual([
      'length',
      'status_type',
      'response',
    ]);
  });

  test('a bad extension spoils itself only', () => {
    const extensions = [
      { extension_type: 10, extension_data: fromHex('00ff001d') },
      { extension_type: 43, extension_data: fromHex('020304') },
    ];
    const body = encode(wire.ClientHello, {
      legacy_version: 0x0303,
      random: new Uint8Array(32),
      legacy_session_id: new Uint8Array(0),
      cipher_suites: [0x1301],
      legacy_compression_methods: new Uint8Array(1),
      extensions,
    });
    const { fields, error } = describeHandshake(frame(1, body), UNKNOWN);
    expect(error).toMatch(/supported_groups: named_group_list: 253 bytes are missing/);
    expect(values(find(fields, 'versions'), 'ProtocolVersion')).toEqual([0x0304]);
  });

  test('a bad vector ends where its length says', () => {
    const hello = RFC_8448.clientHello.slice();
    hello[40] = 5;
    const { fields, error } = describeHandshake(hello, UNKNOWN);
    expect(error).toBe('client_hello: cipher_suites: 1 byte is missing at offset 46');
    const suites = find(fields, 'cipher_suites')!;
    expect([suites.start, suites.end]).toEqual([39, 46]);
    expect(suites.fields!.map((field) => field.name)).toEqual(['length', 'CipherSuite', 'CipherSuite', 'undecoded']);
    expect(fields[6]).toMatchObject({ name: 'undecoded', start: 46, end: hello.length });
  });

  test('short text is a number, and its meaning the text', () => {
    const alpn = wire.writeExtension(
      wire.ENCRYPTED_EXTENSIONS,
      'application_layer_protocol_negotiation',
      ['h2', 'http/1.1'].map(toUtf8),
    );
    const { fields } = describeHandshake(frame(8, encode(wire.EncryptedExtensions, { extensions: [alpn] })), TLS13);
    const [, h2, http] = find(fields, 'protocol_name_list')!.fields!;
    expect(h2).toMatchObject({ name: 'ProtocolName', value: 'h2' });
    expect(h2!.fields![1]).toMatchObject({ value: 0x6832, meaning: 'h2' });
    expect(http!.fields![1]).toMatchObject({ value: 'http/1.1' });
  });

  test('a message that is cut short tells what is missing', () => {
    const cut = describeHandshake(RFC_8448.clientHello.subarray(0, 20), UNKNOWN);
    expect(cut.error).toBe('client_hello: random: 18 bytes are missing at offset 20');
    expect(cut.fields.map((field) => field.name)).toEqual(['msg_type', 'length', 'legacy_version', 'undecoded']);
    expect(describeHandshake(fromHex('140000'), UNKNOWN).error).toMatch(/4 bytes/);
    expect(describeHandshake(fromHex('1400000caabb'), UNKNOWN).error).toBe('finished: 10 of its 12 bytes are missing');
  });

  test('what cannot be read is undecoded, and the reason is given', () => {
    expect(describeHandshake(fromHex('6300000100'), UNKNOWN).error).toMatch(/no handshake message of type 99/);
    expect(describeHandshake(fromHex('0c00000103'), TLS12).error).toMatch(/depends on the cipher suite/);
    expect(describeHandshake(fromHex('0c00000103'), byExchange('rsa')).error).toMatch(/rsa has no such message/);
    expect(describeHandshake(fromHex('fe00000100'), TLS13).error).toMatch(/nothing is known/);
    expect(describeHandshake(fromHex('0e00000000'), TLS12).error).toMatch(/bytes follow its end/);
  });

  test('the cipher suite tells the form of a key exchange', () => {
    const message = frame(16, encode(wire.ClientKeyExchangeEcdhe, { ecdh_Yc: new Uint8Array(65) }));
    const { fields, error } = describeHandshake(message, { ...TLS12, cipherSuite: 0xc02f });
    expect(error).toBeNull();
    expect(fields[2]!.name).toBe('ecdh_Yc');
  });
});

describe('describeRecord', () => {
  const plain = { ...UNKNOWN, protected: false };

  test('the handshake by hand', () => {
    const { fields, error } = describeRecord(BY_HAND.serverHello, plain);
    expect(error).toBeNull();
    expectTiles(BY_HAND.serverHello, { fields, error });
    expect(fields.map(({ name, meaning }) => [name, meaning])).toEqual([
      ['type', 'handshake'],
      ['version', 'TLS 1.2'],
      ['length', '80 bytes'],
      ['fragment', ''],
    ]);
  });

  test('a missing record header is named', () => {
    const { fields, error } = describeRecord(BY_HAND.firstTry, plain);
    expect(fields.map((field) => field.name)).toEqual(['undecoded']);
    expect(error).toMatch(/no record header.*client_hello/);
    const second = describeRecord(BY_HAND.secondTry, plain);
    expect(second.error).toBeNull();
    expect(describeHandshake(BY_HAND.secondTry.subarray(5), UNKNOWN).error).toMatch(/legacy_session_id/);
  });

  test('the number of missing bytes is named', () => {
    expect(describeRecord(BY_HAND.certificateStart, plain).error).toBe('fragment: 4984 of its 4995 bytes are missing');
    expect(describeRecord(fromHex('1603'), plain).error).toMatch(/3 of its 5 bytes are missing/);
  });

  test.each([
    ['TLS 1.3', { version: 0x0304 }, ['ciphertext', 'tag']],
    ['TLS 1.2 with GCM', { version: 0x0303, cipherSuite: 0xc02f }, ['nonce', 'ciphertext', 'tag']],
    ['TLS 1.2 with ChaCha20', { version: 0x0303, cipherSuite: 0xcca8 }, ['ciphertext', 'tag']],
    ['TLS 1.2 with CBC', { version: 0x0303, cipherSuite: 0xc013 }, ['nonce', 'ciphertext']],
    [
      'TLS 1.2 with CBC and encrypt-then-MAC',
      { version: 0x0303, protection: protectionOf(0xc013, 0x0303, true) },
      ['nonce', 'ciphertext', 'tag'],
    ],
    ['a suite that is not known', { version: 0x0303 }, ['fragment']],
  ])('%s', (_name, context, names) => {
    const record = new Uint8Array([23, 3, 3, 0, 60, ...new Uint8Array(60)]);
    const protectedBy = { from: null, protected: true, ...context };
    const description = describeRecord(record, protectedBy);
    expect(description.error).toBeNull();
    expect(description.fields.slice(3).map((field) => field.name)).toEqual(names);
    for (const bytes of harmed(record)) expectTiles(bytes, describeRecord(bytes, protectedBy));
  });

  test('a protected record without room for its tag', () => {
    const { error } = describeRecord(fromHex('1703030003aabbcc'), { ...TLS13, protected: true });
    expect(error).toMatch(/13 bytes are missing/);
  });
});

describe('the other messages', () => {
  test('alert', () => {
    const { fields } = describeAlert(fromHex('0232'));
    expect(fields.map((field) => field.meaning)).toEqual(['fatal', 'decode_error']);
    expect(describeAlert(fromHex('02')).error).toMatch(/description/);
  });

  test('change_cipher_spec', () => {
    expect(describeChangeCipherSpec(fromHex('01')).fields[0]!.meaning).toBe('change_cipher_spec');
  });

  test('all by their protocol, as a tracer gets them', () => {
    expect(tracer satisfies Tracer).toBeDefined();
    expect(tracer.message('alert', fromHex('0100'), TLS12)).toEqual(describeAlert(fromHex('0100')));
    expect(tracer.message('change_cipher_spec', fromHex('01'), TLS12).error).toBeNull();
    expect(tracer.message('handshake', RFC_8448.finished, TLS13).error).toBeNull();
    expect(tracer.message('application_data', fromHex('0102030405'), TLS13).fields).toEqual([
      { name: 'data', start: 0, end: 5, value: '0102030405', meaning: '' },
    ]);
    expect(describeMessage('application_data', new Uint8Array(0), TLS13)).toEqual({ fields: [], error: null });
    expect(tracer.record(fromHex('1503030002 0100'), { ...TLS12, protected: false }).error).toBeNull();
  });
});

test.each([
  [0xc02f, 'ecdhe', { nonce: 8, tag: 16 }],
  [0xc0ac, 'ecdhe', { nonce: 8, tag: 16 }],
  [0xc0ae, 'ecdhe', { nonce: 8, tag: 8 }],
  [0x009e, 'dhe', { nonce: 8, tag: 16 }],
  [0x002f, 'rsa', { nonce: 16, tag: 20 }],
  [0x003c, 'rsa', { nonce: 16, tag: 32 }],
  [0x000a, 'rsa', { nonce: 8, tag: 20 }],
  [0x00a8, 'psk', { nonce: 8, tag: 16 }],
  [0x00ac, 'rsa-psk', { nonce: 8, tag: 16 }],
  [0xc038, 'ecdhe-psk', { nonce: 16, tag: 48 }],
  [0xccad, 'dhe-psk', { nonce: 0, tag: 16 }],
  [0x1301, null, null],
])('suite %i', (suite, exchange, protection) => {
  expect(exchangeOf(suite)).toBe(exchange);
  if (protection !== null) expect(protectionOf(suite, 0x0303, true)).toEqual(protection);
});
