import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { Engine } from '../../../src/engine/index.ts';
import { frame } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { type Peer, recordStarts } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { countedServer, countedTickets, serverSession } from '../../support/server.ts';
import { Session } from '../../support/session.ts';

/** A server and a client one of whose flights waits to be delivered. */
interface Begun {
  readonly session: Session<Peer>;
  readonly flight: Uint8Array;
}

const tickets = countedTickets();
const credential = credentialOf('ed25519', 'client');
const ticket13 = serverSession(new PeerClient13(), { tickets }).peer.ticket();
const asking = extension('session_ticket', new Uint8Array(0));
const session12 = serverSession(new PeerClient12({ extensions: [asking] }), { tickets }).peer.session;
const with12 = { versions: ['TLSv1.2'] } as const;
const demands = { clientAuth: 'require' } as const;

interface Kind {
  readonly name: string;
  readonly peer: () => Peer;
  readonly server: Partial<ServerOptions>;
  /** Which of the client's flights it is, from 0. */
  readonly flight: number;
}

const KINDS: readonly Kind[] = [
  { name: 'the hello of TLS 1.3', peer: () => new PeerClient13(), server: {}, flight: 0 },
  {
    name: 'the hello with a ticket',
    peer: () => new PeerClient13({ tickets: [ticket13] }),
    server: { tickets },
    flight: 0,
  },
  { name: 'the second hello', peer: () => new PeerClient13({ shares: [] }), server: {}, flight: 1 },
  { name: 'the end of TLS 1.3', peer: () => new PeerClient13({ credential }), server: demands, flight: 1 },
  { name: 'the hello of TLS 1.2', peer: () => new PeerClient12(), server: with12, flight: 0 },
  {
    name: 'the hello of TLS 1.2 with a ticket',
    peer: () => new PeerClient12({ session: session12 }),
    server: { ...with12, tickets },
    flight: 0,
  },
  {
    name: 'the end of TLS 1.2',
    peer: () => new PeerClient12({ credential }),
    server: { ...with12, ...demands },
    flight: 1,
  },
];

/** Runs until this flight is there, and keeps it back. */
function begin({ peer, server, flight: awaited }: Kind): Begun {
  const session = new Session(countedServer(server), peer());
  let count = 0;
  let flight: Uint8Array = new Uint8Array(0);
  session.chunks = (bytes) => {
    if (bytes.length === 0) return [];
    count += 1;
    if (count <= awaited) return [bytes];
    flight = concat(flight, bytes);
    return [];
  };
  session.run();
  session.chunks = (bytes) => [bytes];
  return { session, flight };
}

/** Gives the server these bytes in place of the flight, and whatever follows from them. */
function deliver({ session }: Begun, bytes: Uint8Array): Engine {
  session.engine.receive(bytes.slice());
  return session.run().engine;
}

describe.each(KINDS)('a flight of a client: $name', (kind) => {
  test('as it is, it opens', () => {
    const begun = begin(kind);
    expect(begun.flight.length).toBeGreaterThan(50);
    expect(deliver(begun, begun.flight).state).toBe('open');
  });

  test.each([0x01, 0x80])('each byte changed by %i: never open, never an exception, little output', (mask) => {
    const { flight } = begin(kind);
    const minorVersions = recordStarts(flight).map((start) => start + 2);
    for (let at = 0; at < flight.length; at++) {
      const begun = begin(kind);
      const before = begun.session.sent.length;
      const changed = begun.flight.slice();
      changed[at]! ^= mask;
      const engine = deliver(begun, changed);
      // Nobody looks at the second byte of a plaintext record's version (RFC 9846, section 5.1).
      if (engine.state === 'open') expect(minorVersions, `byte ${at}`).toContain(at);
      expect(engine.error?.code, `byte ${at}`).not.toBe('ERR_TLS_INTERNAL');
      expect(begun.session.sent.length - before).toBeLessThan(2000);
    }
  });

  test('cut short at each byte: it waits, and then says that it was cut short', () => {
    const { flight } = begin(kind);
    for (let size = 0; size < flight.length; size++) {
      const begun = begin(kind);
      const engine = deliver(begun, begun.flight.slice(0, size));
      expect(engine.state, `${size} bytes`).toBe('handshaking');
      engine.receiveEnd();
      expect(engine.error?.code).toBe('ERR_TLS_TRUNCATED');
    }
  });

  test('each byte left out', () => {
    const { flight } = begin(kind);
    for (let at = 0; at < flight.length; at += 3) {
      const begun = begin(kind);
      const bytes = concat(begun.flight.slice(0, at), begun.flight.slice(at + 1));
      const engine = deliver(begun, bytes);
      expect(engine.state).not.toBe('open');
      expect(engine.error?.code).not.toBe('ERR_TLS_INTERNAL');
    }
  });
});

describe('rubbish', () => {
  const rubbish = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
  const ends = KINDS.filter(({ name }) => name.startsWith('the end'));

  test.each(KINDS)('in place of $name', (kind) => {
    fc.assert(
      fc.property(rubbish, fc.nat(200), (chunks, keep) => {
        const begun = begin(kind);
        deliver(begun, begun.flight.slice(0, Math.min(keep, begun.flight.length - 1)));
        for (const chunk of chunks) deliver(begun, chunk);
        begun.session.engine.receiveEnd();
        expect(begun.session.engine.state).toBe('failed');
        expect(begun.session.code).not.toBe('ERR_TLS_INTERNAL');
      }),
      { numRuns: 100 },
    );
  });

  test('as the body of a ClientHello', () => {
    const begin = new Uint8Array([3, 3, ...new Uint8Array(32), 0, 0, 2, 0x13, 1, 1, 0]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, begun) => {
        const message = frame(1, begun ? concat(begin, bytes) : bytes);
        const session = serverSession(new PeerClient13({ opening: [(peer) => peer.message(message)] }));
        expect(session.engine.state).toBe('failed');
        expect(session.code).not.toBe('ERR_TLS_INTERNAL');
      }),
      { numRuns: 500 },
    );
  });

  test.each(ends)('under the right keys, after $name', (kind) => {
    const record = fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ minLength: 1, maxLength: 60 }));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        const begun = begin(kind);
        deliver(begun, begun.flight);
        for (const [type, content] of records) begun.session.peer.record(type, content);
        const before = begun.session.sent.length;
        deliver(begun, begun.session.peer.take());
        expect(['open', 'closing', 'failed']).toContain(begun.session.engine.state);
        expect(begun.session.sent.length - before).toBeLessThan(1000);
        expect(begun.session.code).not.toBe('ERR_TLS_INTERNAL');
      }),
      { numRuns: 100 },
    );
  });
});
