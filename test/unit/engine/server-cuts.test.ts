import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import { credentialOf } from '../../support/configs.ts';
import { bySize, cutAt, type Peer } from '../../support/peer.ts';
import { clientSteps12 as c12, PeerClient12 } from '../../support/peer-client12.ts';
import { type ClientOptions13, clientSteps13 as c13, PeerClient13 } from '../../support/peer-client13.ts';
import { countedServer, countedTickets, serverSession } from '../../support/server.ts';
import { Session } from '../../support/session.ts';

const credential = credentialOf('ed25519', 'client');
type Client = PeerClient12 | PeerClient13;

interface Kind {
  readonly name: string;
  /** A client that has said nothing yet, and how it begins. */
  readonly make: () => Client;
  readonly begin: (peer: Client) => void;
  readonly server: Partial<ServerOptions>;
}

const made13 = (options: ClientOptions13): Client => new PeerClient13({ credential, ...options, opening: [] });
const begin13 = (peer: Client): void => (peer as PeerClient13).run([c13.hello]);
const begin12 = (peer: Client): void => (peer as PeerClient12).run([c12.hello]);
const demands = { clientAuth: 'require' } as const;

const KINDS: readonly Kind[] = [
  { name: 'TLS 1.3', make: () => made13({}), begin: begin13, server: demands },
  { name: 'TLS 1.3 with a HelloRetryRequest', make: () => made13({ shares: [] }), begin: begin13, server: demands },
  {
    name: 'TLS 1.2',
    make: () => new PeerClient12({ credential, opening: [] }),
    begin: begin12,
    server: { ...demands, versions: ['TLSv1.2'] },
  },
];

/** A session whose client cuts its handshake messages so. */
function cutBy({ make, begin, server }: Kind, cut: Peer['cut']): Session<Client> {
  const peer = make();
  peer.cut = cut;
  begin(peer);
  return serverSession(peer, server);
}

/** A session whose transport brings pieces of this size. */
function inChunks({ make, begin, server }: Kind, size: number): Session<Client> {
  const peer = make();
  begin(peer);
  const session = new Session(countedServer(server), peer);
  session.chunks = bySize(size);
  return session.run();
}

function expectOpen(session: Session<Client>, how?: string): void {
  expect(session.engine.error, how).toBeNull();
  expect(session.engine.state, how).toBe('open');
  expect(session.peer.done).toBe(true);
  session.engine.send(fromLatin1('x'));
  session.peer.sendData(fromLatin1('y'));
  session.run();
  expect([session.peer.data, session.data]).toEqual([fromLatin1('x'), fromLatin1('y')]);
}

describe.each(KINDS)('a client’s messages in $name', (kind) => {
  test('cut in two at each byte', () => {
    let longest = 0;
    cutBy(kind, (bytes) => {
      longest = Math.max(longest, bytes.length);
      return [bytes];
    });
    expect(longest).toBeGreaterThan(400);
    for (let position = 1; position < longest; position++) {
      expectOpen(cutBy(kind, cutAt(position)), `cut at ${position}`);
    }
  });

  test.each([1, 2, 3, 4, 5, 7, 64, 1000])('in records of %i bytes', (size) => {
    expectOpen(cutBy(kind, bySize(size)));
  });

  test.each([1, 2, 5, 100])('in chunks of %i bytes', (size) => {
    expectOpen(inChunks(kind, size));
  });

  test('the answer does not depend on how they came', () => {
    const whole = toHex(cutBy(kind, (bytes) => [bytes]).sent);
    expect(toHex(inChunks(kind, 1).sent)).toBe(whole);
    expect(toHex(cutBy(kind, bySize(1)).sent)).toBe(whole);
  });
});

describe('each message in a record of its own', () => {
  const flush = (peer: Peer): void => peer.flush();

  test('in TLS 1.3', () => {
    const script = [c13.certificate, flush, c13.verify, flush, c13.finished];
    expectOpen(serverSession(new PeerClient13({ credential, script }), demands));
  });

  test('in TLS 1.2', () => {
    const { certificate, exchange, verify, changeCipherSpec, finished } = c12;
    const script = [certificate, flush, exchange, flush, verify, flush, changeCipherSpec, finished];
    expectOpen(serverSession(new PeerClient12({ credential, script }), { ...demands, versions: ['TLSv1.2'] }));
  });
});

test('our flight goes out in three records, and the tickets in one', () => {
  const { peer } = serverSession(new PeerClient13(), { tickets: countedTickets() });
  expect(peer.records.map(({ type }) => type)).toEqual([22, 20, 23, 23]);
  const handshake = peer.records
    .filter(({ type }) => type !== 20)
    .reduce((sum, { content }) => sum + content.length, 0);
  expect(handshake).toBe(peer.messages.reduce((sum, message) => sum + message.length, 0));
});
