import { describe, expect, it } from 'vitest';
import { credentialChooser } from '../../src/config/credentials.ts';
import { type Engine, settle } from '../../src/engine/index.ts';
import { credentialOf, pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

const versions = ['TLSv1.2'] as const;
const renegotiation = { limit: 2, window: 600_000 };
const LATER = new Uint8Array([7, 8, 9]);

describe('renegotiation', () => {
  it('waits with change_cipher_spec for its tasks where a whole flight comes at once', () => {
    const credentials = credentialChooser([credentialOf('P-256', 'client')]);
    const server = pairServer({ versions, renegotiation, clientAuth: 'require' });
    const pair = new Pair(pairClient({ versions, credentials }), server).run();
    pair.client.renegotiate();
    for (let moved = true; moved; ) {
      moved = moveAtOnce(pair.client, pair.server);
      if (moveAtOnce(pair.server, pair.client)) moved = true;
    }
    pair.client.send(LATER);
    pair.run();
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.serverEvents.filter((event) => event.type === 'secure').length).toBe(2);
    expect(Array.from(pair.received('server'))).toEqual(Array.from(LATER));
  });
});

describe('renegotiation of a connection with a ticket', () => {
  it('gives another, which GnuTLS waits for, and which resumes', () => {
    const server = pairServer({ versions, renegotiation, tickets: ticketsOf() });
    const pair = new Pair(pairClient({ versions }), server).run();
    pair.client.renegotiate();
    pair.run();
    const sessions = pair.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []));
    expect(sessions.length).toBe(2);
    const client = pairClient({ versions, sessions: { load: () => sessions[1]! } });
    expect(new Pair(client, server).run().server.facts.resumed).toBe(true);
  });
});

/** All that one end has to say in one piece, as a transport delivers it. */
function moveAtOnce(from: Engine, to: Engine): boolean {
  const pieces: Uint8Array[] = [];
  settle(from, () => {});
  for (let bytes = from.takeOutput(); bytes !== null; bytes = from.takeOutput()) pieces.push(bytes);
  if (pieces.length === 0) return false;
  to.receive(new Uint8Array(Buffer.concat(pieces)));
  settle(to, () => {});
  return true;
}
