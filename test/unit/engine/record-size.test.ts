import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/bytes/index.ts';
import type { ClientOptions } from '../../../src/config/client.ts';
import {
  CLIENT_HELLO_EXTENSIONS,
  ENCRYPTED_EXTENSIONS,
  type Extension,
  readExtensions,
  writeExtension,
} from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedRandom } from '../../support/deterministic.ts';
import { bySize } from '../../support/peer.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';

const BYTES = countedRandom('bulk')(40_000);
const limit = (size: number): Extension => writeExtension(ENCRYPTED_EXTENSIONS, 'record_size_limit', size);
const fragment = (code: number): Extension => writeExtension(ENCRYPTED_EXTENSIONS, 'max_fragment_length', code);

type Options = Partial<ClientOptions>;

const WITH: readonly [
  string,
  (extensions: Extension[], options: Options) => Session<Peer13> | Session<Peer12>,
  number,
][] = [
  [
    'TLS 1.3',
    (extensions, options) => sessionWith(new Peer13({ extensions, requestCertificate: true }), mine(options)),
    1,
  ],
  [
    'TLS 1.2',
    (extensions, options) => sessionWith(new Peer12({ extensions }), { ...mine(options), versions: ['TLSv1.2'] }),
    0,
  ],
];

function mine(options: Options): Options {
  return { ...options, credentials: { select: () => credentialOf('rsa', 'client') } };
}

/** The sizes of the client's protected records, by the content in them. */
function sizes({ peer }: Session<Peer13 | Peer12>): number[] {
  return peer.records.filter(({ type, inner }) => type === 23 || inner === 23).map(({ content }) => content.length);
}

function announced({ peer }: Session<Peer13 | Peer12>) {
  return readExtensions(CLIENT_HELLO_EXTENSIONS, peer.clientHello.extensions);
}

describe.each(WITH)('record sizes in %s', (_name, open, typeSize) => {
  test('full records by default, and 16,384 bytes are taken', () => {
    const session = open([], {});
    expect(session.client.facts.maxFragment).toBe(16_384);
    session.client.send(BYTES);
    session.peer.sendData(BYTES.subarray(0, 16_384));
    session.run();
    expect(toHex(session.peer.data)).toBe(toHex(BYTES));
    expect(sizes(session).slice(-3)).toEqual([16_384, 16_384, 40_000 - 2 * 16_384]);
    expect(session.data).toHaveLength(16_384);
    expect(announced(session)).not.toHaveProperty('record_size_limit');
  });

  test.each([64, 65, 512, 16_384])('record_size_limit of %i on both sides', (size) => {
    const session = open([limit(size)], { recordSizeLimit: size });
    expect(session.client.error).toBeNull();
    expect(announced(session).record_size_limit).toBe(size + typeSize);
    expect(session.client.facts.maxFragment).toBe(size - typeSize);
    session.client.send(BYTES.subarray(0, 2000));
    session.peer.sendData(BYTES.subarray(0, size));
    session.run();
    expect(session.peer.data).toEqual(BYTES.subarray(0, 2000));
    expect(Math.max(...sizes(session))).toBe(Math.min(2000, size - typeSize));
    expect(session.data).toHaveLength(size);
    session.peer.sendData(new Uint8Array(size + 1));
    session.run();
    expect(session.code).toBe('ERR_TLS_RECORD_OVERFLOW');
  });

  test('a server that knows no record_size_limit may send what it likes', () => {
    const session = open([], { recordSizeLimit: 512 });
    session.peer.sendData(BYTES.subarray(0, 16_384));
    session.run();
    expect(session.client.error).toBeNull();
    expect(session.data).toHaveLength(16_384);
    expect(session.client.facts.maxFragment).toBe(16_384);
  });

  test("a server's limit above what TLS allows means what TLS allows", () => {
    const session = open([limit(65_535)], { recordSizeLimit: 16_384 });
    expect(session.client.facts.maxFragment).toBe(16_384);
  });

  test.each([
    [512, 1],
    [1024, 2],
    [2048, 3],
    [4096, 4],
  ] as const)('max_fragment_length of %i', (size, code) => {
    const session = open([fragment(code)], { maxFragmentLength: size });
    expect(announced(session).max_fragment_length).toBe(code);
    session.client.send(BYTES);
    session.peer.sendData(BYTES.subarray(0, size));
    session.run();
    expect(toHex(session.peer.data)).toBe(toHex(BYTES));
    expect(Math.max(...sizes(session))).toBe(size);
    expect(session.data).toHaveLength(size);
    session.peer.sendData(new Uint8Array(size + 1));
    session.run();
    expect(session.code).toBe('ERR_TLS_RECORD_OVERFLOW');
  });

  test('a server that does not answer max_fragment_length may send what it likes', () => {
    const session = open([], { maxFragmentLength: 512 });
    session.peer.sendData(BYTES.subarray(0, 16_384));
    session.run();
    expect(session.data).toHaveLength(16_384);
  });
});

test('limits hold in the handshake too: a certificate of ours goes out in pieces', () => {
  const session = sessionWith(
    new Peer13({ extensions: [limit(64)], requestCertificate: true }),
    mine({ recordSizeLimit: 64 }),
  );
  expect(session.peer.done).toBe(true);
  const handshake = session.peer.records.filter(({ type }) => type === 23).map(({ content }) => content.length);
  expect(handshake.length).toBeGreaterThan(10);
  expect(Math.max(...handshake)).toBe(63);
});

describe('record padding of TLS 1.3', () => {
  test.each([1, 15, 255, 4000])('%i bytes from the server are taken off', (size) => {
    const peer = new Peer13();
    peer.padding = () => size;
    peer.cut = bySize(100);
    const session = sessionWith(peer);
    peer.sendData(BYTES.subarray(0, 1000));
    peer.sendData(new Uint8Array(0));
    session.run();
    expect(session.data).toEqual(BYTES.subarray(0, 1000));
  });

  test('padding counts against the limit that was agreed', () => {
    const peer = new Peer13({ extensions: [limit(512)] });
    const session = sessionWith(peer, { recordSizeLimit: 100 });
    peer.padding = () => 95;
    peer.updateKeys();
    peer.sendData(new Uint8Array(5));
    session.run();
    expect(session.data).toHaveLength(5);
    peer.sendData(new Uint8Array(6));
    session.run();
    expect(session.code).toBe('ERR_TLS_RECORD_OVERFLOW');
  });

  test('ours hides the length of what we send', () => {
    const lengths = new Set<number>();
    for (const size of [1, 100, 511]) {
      const session = sessionWith(new Peer13(), { padding: (length) => 512 - (length % 512) });
      const before = session.sent.length;
      session.client.send(BYTES.subarray(0, size));
      session.run();
      expect(session.peer.data).toEqual(BYTES.subarray(0, size));
      lengths.add(session.sent.length - before);
    }
    expect(lengths.size).toBe(1);
  });
});
