import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex } from '../../../src/bytes/index.ts';
import { SealedTickets, TICKET_KEY_SIZE } from '../../../src/config/tickets.ts';
import { aes128Gcm, nodeProvider } from '../../../src/providers/node.ts';
import { countedRandom } from '../../support/deterministic.ts';
import { codeOf } from '../../support/errors.ts';
import { countedTickets } from '../../support/server.ts';

const DAY = 86_400_000;
const state = new Uint8Array(100).fill(7);
const key = (fill: number, name: number = fill): Uint8Array =>
  concat(new Uint8Array(16).fill(name), new Uint8Array(32).fill(fill));

/** A clock that a test moves. */
function clocked(options: Partial<ConstructorParameters<typeof SealedTickets>[0]> = {}) {
  const clock = { now: 1_700_000_000_000 };
  return { clock, tickets: countedTickets({ now: () => clock.now, ...options }) };
}

describe('sealed tickets', () => {
  test('open what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
        const tickets = countedTickets();
        expect(tickets.open(tickets.seal(bytes))).toEqual(bytes);
      }),
    );
  });

  test('are 44 bytes longer than what is in them, and show nothing of it', () => {
    const ticket = countedTickets().seal(state);
    expect(ticket).toHaveLength(state.length + 16 + 12 + 16);
    expect(toHex(ticket)).not.toContain('0707');
  });

  test('are each another one', () => {
    const tickets = countedTickets();
    const made = Array.from({ length: 50 }, () => toHex(tickets.seal(state)));
    expect(new Set(made).size).toBe(50);
    expect(new Set(made.map((ticket) => ticket.slice(32, 56))).size).toBe(50);
  });

  test('changed at each byte they are not ours', () => {
    const tickets = countedTickets();
    const ticket = tickets.seal(state);
    for (let at = 0; at < ticket.length; at++) {
      const changed = ticket.slice();
      changed[at]! ^= 1;
      expect(tickets.open(changed), `byte ${at}`).toBeNull();
    }
  });

  test('cut short, made longer, or made up, they are not ours', () => {
    const tickets = countedTickets();
    const ticket = tickets.seal(state);
    for (let size = 0; size < ticket.length; size++) expect(tickets.open(ticket.subarray(0, size))).toBeNull();
    expect(tickets.open(concat(ticket, new Uint8Array(1)))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => tickets.open(bytes) === null));
    const named = (bytes: Uint8Array): Uint8Array => concat(tickets.key.subarray(0, 16), bytes);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => tickets.open(named(bytes)) === null));
  });

  test('of another server they are not ours', () => {
    const other = countedTickets({ random: countedRandom('elsewhere') });
    expect(other.open(countedTickets().seal(state))).toBeNull();
  });

  test('do not tell where they begin in memory', () => {
    const tickets = countedTickets();
    const buffer = Buffer.concat([Buffer.alloc(3), tickets.seal(state)]).subarray(3);
    expect(tickets.open(buffer)).toEqual(state);
  });
});

describe('keys that a fleet shares', () => {
  test('open on one server what another one sealed', () => {
    const one = countedTickets({ key: key(1), random: countedRandom('one') });
    const two = countedTickets({ key: key(1), random: countedRandom('two') });
    expect(two.open(one.seal(state))).toEqual(state);
    expect(one.open(two.seal(state))).toEqual(state);
  });

  test('can be had from a server that made its own', () => {
    const one = countedTickets();
    expect(one.key).toHaveLength(TICKET_KEY_SIZE);
    const two = countedTickets({ key: one.key, random: countedRandom('two') });
    expect(two.open(one.seal(state))).toEqual(state);
  });

  test('have the same name and another secret: nothing is opened, and nothing breaks', () => {
    const one = countedTickets({ key: key(1, 9) });
    const two = countedTickets({ key: key(2, 9) });
    expect(two.open(one.seal(state))).toBeNull();
    const ticket = one.seal(state);
    one.replaceKey(key(3, 9));
    expect(one.open(ticket)).toBeNull();
    expect(one.open(one.seal(state))).toEqual(state);
  });

  test('have another name and the same secret: it is another key', () => {
    const one = countedTickets({ key: key(1, 8) });
    expect(countedTickets({ key: key(1, 9) }).open(one.seal(state))).toBeNull();
  });

  test('are copied: what becomes of the bytes later does not matter', () => {
    const bytes = key(1);
    const tickets = countedTickets({ key: bytes });
    const ticket = tickets.seal(state);
    bytes.fill(0);
    tickets.key.fill(0);
    expect(tickets.open(ticket)).toEqual(state);
    expect(tickets.key).toEqual(key(1));
    const buffer = Buffer.from(key(2));
    tickets.replaceKey(buffer);
    buffer.fill(0);
    expect(tickets.key).toEqual(key(2));
  });

  test('of any other size are refused', () => {
    for (const size of [0, 16, 47, 49, 80]) {
      expect(codeOf(() => countedTickets({ key: new Uint8Array(size) }))).toBe('ERR_TLS_CONFIG');
      expect(codeOf(() => countedTickets().replaceKey(new Uint8Array(size)))).toBe('ERR_TLS_CONFIG');
    }
  });

  test('refused, change nothing', () => {
    const tickets = countedTickets({ key: key(1) });
    const first = tickets.seal(state);
    tickets.replaceKey(key(2));
    const second = tickets.seal(state);
    for (let i = 0; i < 3; i++) codeOf(() => tickets.replaceKey(new Uint8Array(3)));
    expect(tickets.key).toEqual(key(2));
    expect([tickets.open(first), tickets.open(second)]).toEqual([state, state]);
  });
});

describe('rotation', () => {
  test('a new key each day; the one before still opens, the one before that does not', () => {
    const { clock, tickets } = clocked();
    const [first, key1] = [tickets.seal(state), tickets.key];
    clock.now += DAY - 1;
    tickets.seal(state);
    expect(tickets.key).toEqual(key1);
    clock.now += 1;
    const second = tickets.seal(state);
    expect(tickets.key).not.toEqual(key1);
    expect([tickets.open(first), tickets.open(second)]).toEqual([state, state]);
    clock.now += DAY;
    tickets.seal(state);
    expect([tickets.open(first), tickets.open(second)]).toEqual([null, state]);
  });

  test('as often as one likes', () => {
    const { clock, tickets } = clocked({ rotation: 1000 });
    const before = tickets.key;
    clock.now += 1000;
    tickets.seal(state);
    expect(tickets.key).not.toEqual(before);
  });

  test('a key that was given stays, at once or later', () => {
    const given = clocked({ key: key(1) });
    const later = clocked();
    later.tickets.replaceKey(key(1));
    for (const { clock, tickets } of [given, later]) {
      clock.now += 100 * DAY;
      tickets.seal(state);
      expect(tickets.key).toEqual(key(1));
    }
  });

  test('replaced by hand, the one before still opens', () => {
    const tickets = countedTickets({ key: key(1) });
    const [first] = [tickets.seal(state)];
    tickets.replaceKey(key(2));
    const second = tickets.seal(state);
    expect([tickets.open(first), tickets.open(second)]).toEqual([state, state]);
    tickets.replaceKey(key(3));
    expect([tickets.open(first), tickets.open(second)]).toEqual([null, state]);
  });

  test('a clock that goes back does no harm', () => {
    const { clock, tickets } = clocked();
    const ticket = tickets.seal(state);
    clock.now -= 10 * DAY;
    expect(tickets.open(tickets.seal(state))).toEqual(state);
    expect(tickets.open(ticket)).toEqual(state);
  });
});

test('a ticket needs no more than any AEAD of 16-byte keys and any hash', () => {
  const hash = nodeProvider.hashes.find(({ name }) => name === 'sha384')!;
  const options = { aead: aes128Gcm, hash, random: countedRandom('x'), now: () => 0 };
  const tickets = new SealedTickets(options);
  expect(tickets.count).toBe(2);
  expect(tickets.open(tickets.seal(state))).toEqual(state);
});
