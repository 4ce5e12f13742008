import { describe, expect, test } from 'vitest';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { Extension } from '../../../src/wire/index.ts';
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
