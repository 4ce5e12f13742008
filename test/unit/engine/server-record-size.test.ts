import { describe, expect, test } from 'vitest';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import { type ClientHello, type Extension, ExtensionType } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { lacking, other } from '../../support/hello.ts';
import type { Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

const BYTES = new Uint8Array(16_384).map((_, i) => i);

describe.each([
  ['TLS 1.2', PeerClient12, 0],
  ['TLS 1.3', PeerClient13, 1],
] as const)('what a client of %s may put into a record', (_, Client, typeSize) => {
  function open(extensions: readonly Extension[], options: Partial<ServerOptions>): Session<Peer> {
    const session = serverSession<Peer>(new Client({ extensions }), options);
    expect(session.engine.state).toBe('open');
    return session;
  }

  function expectLimit(session: Session<Peer>, size: number): void {
    session.peer.sendData(BYTES.subarray(0, size));
    session.run();
    expect(session.data).toHaveLength(size);
    session.peer.sendData(new Uint8Array(size + 1));
    session.run();
    expect(session.code).toBe('ERR_TLS_RECORD_OVERFLOW');
  }

  test.each([64, 512, 8000])('our record_size_limit of %i, to clients that send theirs', (size) => {
    expectLimit(open([extension('record_size_limit', 1000 + typeSize)], { recordSizeLimit: size }), size);
  });

  test('whatever TLS allows where it does not know record_size_limit: it cannot know ours', () => {
    expectLimit(open([], { recordSizeLimit: 512 }), 16_384);
  });

  test.each([
    [512, 1],
    [4096, 4],
  ])('max_fragment_length of %i, which it asked for itself', (size, code) => {
    expectLimit(open([extension('max_fragment_length', code)], {}), size);
  });
});

describe('a renegotiation agrees anew, and for its own keys (RFC 8449, section 4)', () => {
  const limited = extension('record_size_limit', 100);
  const without = lacking(ExtensionType.record_size_limit);
  const renegotiation = { limit: 3, window: 600_000 };

  function open(
    extensions: readonly Extension[],
    options: Partial<ServerOptions> = {},
    credential?: Credential,
  ): Session<PeerClient12> {
    const client = new PeerClient12({ extensions, ...(credential === undefined ? {} : { credential }) });
    return serverSession(client, { versions: ['TLSv1.2'], renegotiation, ...options });
  }

  function again(session: Session<PeerClient12>, change: (hello: ClientHello) => ClientHello): void {
    const { peer } = session;
    peer.sayHello(change(other(extension('renegotiation_info', peer.verifyData.client))(peer.clientHello)));
    session.run();
    expect(session.engine.error).toBeNull();
  }

  /** Sizes of the server's handshake records since there were so many. */
  const sizes = ({ peer }: Session<PeerClient12>, from: number, type: number): number[] =>
    peer.records
      .slice(from)
      .filter((record) => record.type === type)
      .map(({ content }) => content.length);

  test('no limit any more, behind the flight under the old keys', () => {
    const session = open([limited]);
    expect(session.engine.facts.maxFragment).toBe(100);
    const from = session.peer.records.length;
    again(session, without);
    expect(Math.max(...sizes(session, from, 22))).toBe(100);
    expect(session.engine.facts.maxFragment).toBe(16_384);
    session.engine.send(BYTES.subarray(0, 5000));
    session.run();
    expect(sizes(session, from, 23)).toEqual([5000]);
  });

  test('a limit where there was none', () => {
    const session = open([]);
    again(session, other(limited));
    session.engine.send(BYTES.subarray(0, 250));
    const from = session.peer.records.length;
    session.run();
    expect(sizes(session, from, 23)).toEqual([100, 100, 50]);
  });

  test('ours is held against the client from its new key on', () => {
    const session = open([], { recordSizeLimit: 512, clientAuth: 'request' }, credentialOf('rsa', 'client'));
    again(session, other(limited));
    expect(Math.max(...session.engine.facts.peer!.chain.map((der) => der.length))).toBeGreaterThan(512);
    session.peer.sendData(new Uint8Array(512));
    session.run();
    expect(session.data).toHaveLength(512);
    session.peer.sendData(new Uint8Array(513));
    session.run();
    expect(session.code).toBe('ERR_TLS_RECORD_OVERFLOW');
  });
});

test.each([
  ['record_size_limit', 63],
  ['max_fragment_length', 5],
] as const)('a %s of %i is refused before ServerHello', (name, value) => {
  const session = serverSession(new PeerClient13({ extensions: [extension(name, value)] }));
  expect(session.peer.types).toEqual([]);
  expect(session.peer.alerts).toEqual([{ level: 2, name: 'illegal_parameter' }]);
});
