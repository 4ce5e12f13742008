import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/handshake/session.ts';
import { pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

// Sockets deliver Buffers and stores keep them; a Buffer's `slice` shares memory where a Uint8Array's copies.

const cut = (bytes: Uint8Array): Uint8Array[] => [Buffer.from(bytes)];

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('Buffers in place of Uint8Arrays, %s', (version) => {
  const versions = [version];

  it('go in, and Uint8Arrays come out', () => {
    const pair = new Pair(pairClient({ versions }), pairServer({ versions, tickets: ticketsOf() }), { cut }).run();
    pair.client.send(new Uint8Array(10));
    pair.run();
    for (const event of pair.serverEvents) if (event.type === 'data') expect(event.bytes).not.toBeInstanceOf(Buffer);
    for (const { ticket, chain } of sessionsOf(pair)) {
      for (const bytes of [ticket, ...chain]) expect(bytes).not.toBeInstanceOf(Buffer);
    }
  });

  it('may hold a session, which is still whole when its connection is over', () => {
    const tickets = ticketsOf();
    const server = pairServer({ versions, tickets });
    const [first] = sessionsOf(new Pair(pairClient({ versions }), server).run());
    const session: Session = {
      ...first!,
      secret: Buffer.from(first!.secret),
      ticket: Buffer.from(first!.ticket),
      id: Buffer.from(first!.id),
    };
    for (let round = 0; round < 2; round++) {
      const pair = new Pair(pairClient({ versions, sessions: { load: () => session } }), server).run();
      expect(pair.client.error ?? pair.server.error).toBeNull();
      expect(pair.client.facts.resumed).toBe(true);
      pair.client.destroy();
      pair.server.destroy();
    }
  });
});

describe('Buffers in a store of TLS 1.2 sessions', () => {
  const versions = ['TLSv1.2'] as const;

  it('are found by ids in any form, and stay whole', () => {
    const kept = new Map<string, Buffer>();
    const sessions = {
      save: (id: Uint8Array, state: Uint8Array) => void kept.set(String(id), Buffer.from(state)),
      load: (id: Uint8Array) => kept.get(String(id)) ?? null,
    };
    const server = pairServer({ versions, sessions });
    const [session] = sessionsOf(new Pair(pairClient({ versions }), server, { cut }).run());
    for (let round = 0; round < 2; round++) {
      const client = pairClient({ versions, sessions: { load: () => session! } });
      const pair = new Pair(client, server, { cut }).run();
      expect(pair.client.error ?? pair.server.error).toBeNull();
      expect([pair.client.facts.resumed, pair.server.facts.resumed]).toEqual([true, true]);
      pair.client.destroy();
      pair.server.destroy();
    }
  });
});

function sessionsOf(pair: Pair): Session[] {
  return pair.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []));
}
