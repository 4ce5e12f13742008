import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import type { Engine } from '../../../src/engine/index.ts';
import { countedClient, Session } from '../../support/client.ts';
import { type Peer, recordStarts } from '../../support/peer.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';
import { fc } from '../../support/properties.ts';

/** A client and a server that has answered its hello; the answer was not delivered yet. */
interface Begun {
  readonly session: Session<Peer>;
  readonly answer: Uint8Array;
}

function begin(peer: Peer, version: 'TLSv1.3' | 'TLSv1.2'): Begun {
  const session = new Session(countedClient({ versions: [version] }), peer);
  const before = session.chunks;
  let answer: Uint8Array = new Uint8Array(0);
  session.chunks = (bytes) => {
    answer = concat(answer, bytes);
    return [];
  };
  session.run();
  session.chunks = before;
  return { session, answer };
}

/** Gives the client these bytes in place of the answer, and whatever follows from them. */
function deliver({ session }: Begun, bytes: Uint8Array): Engine {
  session.client.receive(bytes);
  return session.run().client;
}

const KINDS: readonly [string, 'TLSv1.3' | 'TLSv1.2', () => Peer][] = [
  ['TLS 1.3', 'TLSv1.3', () => new Peer13()],
  ['a HelloRetryRequest', 'TLSv1.3', () => new Peer13({ retry: { group: 23 } })],
  ['TLS 1.2', 'TLSv1.2', () => new Peer12({ requestCertificate: true })],
];

describe.each(KINDS)("the server's first flight: %s", (_name, version, peer) => {
  test('as it is, it opens', () => {
    const begun = begin(peer(), version);
    expect(deliver(begun, begun.answer).state).toBe('open');
  });

  test.each([0x01, 0x80, 0xff])('each byte changed by %i: never open, never an exception, little output', (mask) => {
    const { answer } = begin(peer(), version);
    const minorVersions = recordStarts(answer).map((start) => start + 2);
    for (let at = 0; at < answer.length; at++) {
      const begun = begin(peer(), version);
      const changed = begun.answer.slice();
      changed[at]! ^= mask;
      const client = deliver(begun, changed);
      // Nobody looks at the second byte of a plaintext record's version (RFC 9846, section 5.1).
      if (client.state === 'open') expect(minorVersions, `byte ${at}`).toContain(at);
      expect(begun.session.sent.length).toBeLessThan(2000);
    }
  });

  test('cut short at each byte: it waits, and then says that it was cut short', () => {
    const { answer } = begin(peer(), version);
    for (let size = 0; size < answer.length; size++) {
      const begun = begin(peer(), version);
      const client = deliver(begun, begun.answer.slice(0, size));
      expect(client.state, `${size} bytes`).toBe('handshaking');
      client.receiveEnd();
      expect(client.error?.code).toBe('ERR_TLS_TRUNCATED');
    }
  });

  test('each byte left out', () => {
    const { answer } = begin(peer(), version);
    for (let at = 0; at < answer.length; at += 3) {
      const begun = begin(peer(), version);
      const bytes = Uint8Array.from([...begun.answer.slice(0, at), ...begun.answer.slice(at + 1)]);
      expect(deliver(begun, bytes).state).not.toBe('open');
    }
  });
});

describe('rubbish', () => {
  const rubbish = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });

  test.each(KINDS)('in the handshake of %s', (_name, version, peer) => {
    fc.assert(
      fc.property(rubbish, fc.nat(200), (chunks, keep) => {
        const begun = begin(peer(), version);
        // Enough is missing that rubbish does not happen to be what is.
        deliver(begun, begun.answer.slice(0, Math.min(keep, begun.answer.length - 16)));
        for (const chunk of chunks) deliver(begun, chunk);
        begun.session.client.receiveEnd();
        expect(begun.session.client.state).toBe('failed');
        expect(begun.session.sent.length).toBeLessThan(2000);
      }),
      { numRuns: 200 },
    );
  });

  test.each(KINDS)('under the right keys, after the handshake: %s', (_name, version, peer) => {
    const record = fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ minLength: 1, maxLength: 60 }));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        const begun = begin(peer(), version);
        deliver(begun, begun.answer);
        for (const [type, content] of records) begun.session.peer.record(type, content);
        const before = begun.session.sent.length;
        deliver(begun, begun.session.peer.take());
        expect(['open', 'closing', 'failed']).toContain(begun.session.client.state);
        expect(begun.session.sent.length - before).toBeLessThan(1000);
        expect(begun.session.client.error?.code).not.toBe('ERR_TLS_INTERNAL');
      }),
      { numRuns: 200 },
    );
  });
});
