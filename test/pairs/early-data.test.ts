import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../src/bytes/index.ts';
import type { ClientOptions } from '../../src/config/client.ts';
import { ReplayWindow } from '../../src/config/replay.ts';
import type { ServerOptions } from '../../src/config/server.ts';
import type { SealedTickets } from '../../src/config/tickets.ts';
import { createServerEngine } from '../../src/engine/index.ts';
import type { Event } from '../../src/handshake/events.ts';
import type { Session } from '../../src/handshake/session.ts';
import { nodeProvider, secp256r1, x25519 } from '../../src/providers/node.ts';
import { pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';
import { accepting } from '../support/verifiers.ts';

const versions = ['TLSv1.3'] as const;
const EARLY = fromLatin1('GET / early');

/** A server that accepts early data, and a client that has a ticket of it. */
class World {
  clock: number = 1_700_000_000_000;
  readonly now = (): number => this.clock;
  readonly guard: ReplayWindow = new ReplayWindow({ now: this.now });
  readonly tickets: SealedTickets = ticketsOf(nodeProvider, this.now);
  readonly session: Session;

  constructor(client: Partial<ClientOptions> = {}, server: Partial<ServerOptions> = {}) {
    const first = new Pair(this.client({ sessions: null, ...client }), this.server(server)).run();
    expect(first.client.error ?? first.server.error).toBeNull();
    this.session = first.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
  }

  client(options: Partial<ClientOptions> = {}) {
    const sessions = { load: () => this.session };
    return pairClient({ versions, now: this.now, verifier: accepting, sessions, earlyData: true, ...options });
  }

  server(options: Partial<ServerOptions> = {}) {
    const earlyData = { guard: this.guard, maxBytes: 1000 };
    return pairServer({ versions, now: this.now, tickets: this.tickets, earlyData, ...options });
  }

  /** A client that sends `EARLY` before it has heard anything; nothing has arrived yet. */
  early(client: Partial<ClientOptions> = {}, server: Partial<ServerOptions> = {}): Pair {
    const pair = new Pair(this.client(client), this.server(server));
    return pair.begin();
  }
}

function earlyDataOf(events: readonly Event[]): string {
  const early = events.flatMap((event) => (event.type === 'data' && event.early === true ? [event.bytes] : []));
  return toLatin1(Buffer.concat(early));
}

function statuses(events: readonly Event[]): string[] {
  return events.flatMap((event) => (event.type === 'early-data' ? [event.status] : []));
}

describe('early data', () => {
  it('arrives with the first flight, is marked, and may be answered at once', () => {
    const world = new World();
    expect(world.session.maxEarlyData).toBe(1000);
    const pair = world.early();
    expect(pair.client.sendEarly(EARLY)).toBe(EARLY.length);
    pair.toServer();
    expect(earlyDataOf(pair.serverEvents)).toBe('GET / early');
    expect([pair.server.state, pair.server.writable]).toEqual(['handshaking', true]);
    pair.server.send(fromLatin1('answer'));
    const exported = pair.server.exportKeys('EXPORTER-test', null, 32);
    pair.run();
    expect([pair.client.facts.earlyData, pair.server.facts.earlyData]).toEqual(['accepted', 'accepted']);
    expect([statuses(pair.clientEvents), statuses(pair.serverEvents)]).toEqual([
      ['possible', 'accepted'],
      ['accepted'],
    ]);
    expect(toLatin1(pair.received('client'))).toBe('answer');
    expect(pair.client.exportKeys('EXPORTER-test', null, 32)).toEqual(exported);
    pair.client.send(fromLatin1(' and late'));
    expect(toLatin1(pair.run().received('server'))).toBe('GET / early and late');
    expect(earlyDataOf(pair.serverEvents)).toBe('GET / early');
  });

  it('is no more than the ticket allows', () => {
    const pair = new World().early();
    expect(pair.client.earlyDataLeft).toBe(1000);
    expect(pair.client.sendEarly(new Uint8Array(1500))).toBe(1000);
    expect([pair.client.sendEarly(EARLY), pair.client.earlyDataLeft]).toEqual([0, 0]);
    pair.run();
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.received('server').length).toBe(1000);
  });

  it('is off by default at both ends, and then nothing of it goes over the wire', () => {
    const world = new World();
    const pair = world.early({ earlyData: false });
    expect([pair.client.earlyDataLeft, pair.client.sendEarly(EARLY)]).toEqual([0, 0]);
    pair.run();
    expect([pair.client.facts.earlyData, pair.server.facts.earlyData]).toEqual(['disabled', 'not-offered']);
    const without = new World({}, { earlyData: null });
    expect(without.session.maxEarlyData).toBe(0);
    expect(without.early().run().client.facts.earlyData).toBe('not-in-session');
    expect(pairServer().earlyData).toBeNull();
    const unguarded = () => pairServer({ earlyData: {} as never });
    expect(unguarded).toThrow(expect.objectContaining({ code: 'ERR_TLS_CONFIG' }));
  });

  it('that is recorded and sent again is refused', () => {
    const world = new World();
    const pair = world.early();
    pair.client.sendEarly(EARLY);
    const recorded = pair.toServer();
    expect(earlyDataOf(pair.serverEvents)).toBe('GET / early');
    const victim = new Pair(world.client({ sessions: null }), world.server());
    victim.deliver(recorded);
    expect(victim.server.facts.earlyData).toBe('replayed');
    expect(earlyDataOf(victim.serverEvents)).toBe('');
    expect(victim.server.error).toBeNull();
  });

  it('with a ticket of the wrong age is refused', () => {
    const world = new World();
    const pair = world.early();
    pair.client.sendEarly(EARLY);
    world.clock += 10_001;
    pair.run();
    expect(pair.server.facts).toMatchObject({ earlyData: 'ticket-age', ticketAgeSkew: -10_001, resumed: true });
    expectRefused(pair, 'declined');
  });

  it('is refused with the session, and the handshake goes on', () => {
    const pair = new World().early({}, { tickets: ticketsOf() });
    pair.client.sendEarly(EARLY);
    pair.run();
    expect(pair.server.facts).toMatchObject({ earlyData: 'not-resumed', resumed: false });
    expectRefused(pair, 'not-resumed');
  });

  it('is refused by a HelloRetryRequest', () => {
    const groups = [x25519, secp256r1];
    const world = new World({ groups });
    const pair = world.early({ groups }, { groups: [secp256r1] });
    pair.client.sendEarly(EARLY);
    pair.run();
    expect([pair.client.facts.retried, pair.server.facts.earlyData]).toEqual([true, 'retried']);
    expectRefused(pair, 'retried');
  });

  it('goes with the protocol of its session alone', () => {
    const world = new World({ alpn: ['mqtt'] }, { alpn: ['mqtt', 'amqp'] });
    expect(world.early({ alpn: ['amqp'] }).run().client.facts.earlyData).toBe('other-protocol');
    const pair = world.early({ alpn: ['mqtt', 'amqp'] }, { alpn: ['amqp', 'mqtt'] });
    pair.client.sendEarly(EARLY);
    pair.run();
    expect(pair.server.facts.earlyData).toBe('other-protocol');
    expectRefused(pair, 'declined');
  });

  it('is not sent to a server that a second look at its certificate does not find good', () => {
    const refuse = (): never => {
      throw new Error('revoked since');
    };
    const pair = new World().early({ reverify: true, verifier: { verify: refuse } });
    expect(pair.client.earlyDataLeft).toBe(0);
    expect(pair.client.error?.detail).toBe('revoked since');
  });

  it('beyond the limit ends the connection, accepted or not', () => {
    const world = new World();
    const generous = { ...world.session, maxEarlyData: 100_000 };
    const sessions = { load: () => generous };
    const accepted = world.early({ sessions });
    accepted.client.sendEarly(new Uint8Array(1001));
    expect(accepted.run().server.error?.code).toBe('ERR_TLS_TOO_MUCH_EARLY_DATA');
    const skipped = world.early({ sessions }, { earlyData: null });
    skipped.client.sendEarly(new Uint8Array(20_000));
    expect(skipped.run().server.error?.code).toBe('ERR_TLS_TOO_MUCH_EARLY_DATA');
  });

  it('has no place where the server never saw a ClientHello', () => {
    const server = createServerEngine(new World().server());
    server.receive(new Uint8Array([23, 3, 3, 0, 1, 0]));
    expect(server.error?.code).toBe('ERR_TLS_UNEXPECTED_RECORD');
  });
});

/** Neither end has failed, the server read nothing early, and data flows afterwards. */
function expectRefused(pair: Pair, outcome: string): void {
  expect(pair.client.error ?? pair.server.error).toBeNull();
  expect(pair.client.facts.earlyData).toBe(outcome);
  expect(statuses(pair.clientEvents)).toEqual(['possible', 'rejected']);
  expect([earlyDataOf(pair.serverEvents), pair.client.earlyDataLeft]).toEqual(['', 0]);
  pair.client.send(EARLY);
  expect(toLatin1(pair.run().received('server'))).toBe('GET / early');
}

describe('a replay window', () => {
  const id = (n: number): Uint8Array => new Uint8Array([n]);

  it('lets each id pass once until it may be forgotten, and nothing while it is full', () => {
    let now = 1000;
    const window = new ReplayWindow({ now: () => now, max: 2 });
    expect([window.claim(id(1), 2000), window.claim(id(1), 2000)]).toEqual([true, false]);
    expect([window.claim(id(2), 2000), window.claim(id(3), 2000)]).toEqual([true, false]);
    now = 2000;
    expect([window.claim(id(3), 3000), window.size]).toEqual([true, 1]);
  });
});
