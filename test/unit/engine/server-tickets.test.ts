import { describe, expect, test } from 'vitest';
import { EMPTY, toHex } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { TicketKeeper } from '../../../src/handshake/server/settings.ts';
import { decodeState, encodeState } from '../../../src/handshake/server/state.ts';
import * as node from '../../../src/providers/node.ts';
import { HandshakeType } from '../../../src/wire/index.ts';
import { countedProvider, countedRandom } from '../../support/deterministic.ts';
import { extension } from '../../support/peer-client.ts';
import { type ClientOptions12, PeerClient12, type Session12 } from '../../support/peer-client12.ts';
import { type ClientOptions13, PeerClient13, type Ticket13 } from '../../support/peer-client13.ts';
import { countedTickets, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

type Server = Partial<ServerOptions>;

const SHA256 = node.TLS_AES_128_GCM_SHA256;
const CHACHA = node.TLS_CHACHA20_POLY1305_SHA256;
const SHA384 = node.TLS_AES_256_GCM_SHA384;
const GCM = node.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
const GCM_256 = node.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
const wantsTicket = extension('session_ticket', EMPTY);

const tickets = countedTickets();
let servers = 0;

function open13(client: ClientOptions13, server: Server = {}): Session<PeerClient13> {
  return opened(serverSession(new PeerClient13(client), { ...fresh(), versions: ['TLSv1.3'], tickets, ...server }));
}

function open12(client: ClientOptions12, server: Server = {}): Session<PeerClient12> {
  return opened(serverSession(new PeerClient12(client), { ...fresh(), versions: ['TLSv1.2'], tickets, ...server }));
}

/** No two servers choose the same random numbers. */
function fresh(): Server {
  servers += 1;
  return { provider: countedProvider(`server ${servers}`) };
}

function opened<S extends Session<PeerClient12> | Session<PeerClient13>>(session: S): S {
  expect(session.engine.error).toBeNull();
  expect(session.engine.state).toBe('open');
  expect(session.peer.done).toBe(true);
  return session;
}

function isResumed({ engine }: Session<PeerClient12> | Session<PeerClient13>): boolean {
  return engine.facts.resumed === true;
}

/** A keeper that does this in place of `tickets`. */
const keeping = (change: Partial<TicketKeeper>): Server => ({
  tickets: { count: 2, seal: (state) => tickets.seal(state), open: (ticket) => tickets.open(ticket), ...change },
});

const KEEPERS: readonly [string, TicketKeeper['seal']][] = [
  ['gives none', () => null],
  [
    'fails',
    () => {
      throw new Error('disk full');
    },
  ],
  ['gives one that is too long to be sent', () => new Uint8Array(0x1_0000)],
  ['gives an empty one', () => EMPTY],
  ['gives text', () => 'ticket' as never],
  ['gives a number', () => 7 as never],
];

const UNKNOWN: readonly [string, TicketKeeper['open']][] = [
  ['knows it not', () => null],
  [
    'fails',
    () => {
      throw new Error('no database');
    },
  ],
  ['gives rubbish', () => new Uint8Array(90).fill(2)],
  ['gives nothing', () => EMPTY],
  ['gives text', () => 'state' as never],
  ['gives undefined', () => undefined as never],
];

const good = (suite: Ticket13['suite'] = SHA256): Ticket13 => open13({ suite }, { suites: [suite] }).peer.ticket();
const rubbish: Ticket13 = { suite: SHA256, ticket: new Uint8Array(99).fill(1), secret: new Uint8Array(32), ageAdd: 0 };

describe('tickets of TLS 1.3', () => {
  test('hold for another suite of the same hash', () => {
    const suites = [CHACHA, SHA256];
    const session = open13({ suite: CHACHA, suites: [CHACHA.id, SHA256.id], tickets: [good()] }, { suites });
    expect(isResumed(session)).toBe(true);
    expect(session.engine.facts.suite).toBe(CHACHA);
  });

  test('do not hold for a suite of another hash', () => {
    const suites = [SHA384, SHA256];
    const session = open13({ suite: SHA384, suites: [SHA384.id, SHA256.id], tickets: [good()] }, { suites });
    expect(isResumed(session)).toBe(false);
    expect(isResumed(open13({ suite: SHA384, tickets: [good(SHA384)] }, { suites }))).toBe(true);
  });

  test('do not hold where their suite was switched off, here or there', () => {
    const ticket = good(CHACHA);
    const both = [CHACHA.id, SHA256.id];
    expect(isResumed(open13({ suites: both, tickets: [ticket] }, { suites: [SHA256] }))).toBe(false);
    expect(isResumed(open13({ tickets: [ticket] }, { suites: [SHA256, CHACHA] }))).toBe(false);
    expect(isResumed(open13({ suites: both, tickets: [ticket] }, { suites: [SHA256, CHACHA] }))).toBe(true);
  });

  test('the first that is good is taken, of the first five', () => {
    const list = (before: number): Ticket13[] => [...Array<Ticket13>(before).fill(rubbish), good()];
    for (const before of [0, 1, 4]) {
      const session = open13({ tickets: list(before) });
      expect(session.peer.selected).toBe(before);
    }
    expect(open13({ tickets: list(5) }).peer.selected).toBeNull();
    expect(open13({ tickets: [good(), good()] }).peer.selected).toBe(0);
  });

  test('are not taken without a new key exchange', () => {
    const session = open13({ tickets: [good()], modes: [0] });
    expect([isResumed(session), session.peer.tickets.length]).toEqual([false, 0]);
    expect(isResumed(open13({ tickets: [good()], modes: [0, 1, 77] }))).toBe(true);
  });

  test('hold after a HelloRetryRequest, with binders made anew', () => {
    const session = open13({ tickets: [good()], shares: [] });
    expect(session.engine.facts).toMatchObject({ resumed: true, retried: true });
  });

  test('with a ticket the server shows no certificate and asks for none', () => {
    const session = open13({ tickets: [good()] }, { clientAuth: 'request' });
    const { server_hello, encrypted_extensions, finished, new_session_ticket } = HandshakeType;
    expect(session.peer.types).toEqual([server_hello, encrypted_extensions, finished, new_session_ticket]);
  });

  test('whoever resumes gets one more, unless that is not wanted', () => {
    expect(open13({}).peer.tickets).toHaveLength(2);
    expect(open13({ tickets: [good()] }).peer.tickets).toHaveLength(1);
    expect(open13({ tickets: [good()] }, keeping({ renews: false })).peer.tickets).toEqual([]);
    expect(open13({}, keeping({ renews: false })).peer.tickets).toHaveLength(2);
    expect(open13({}, keeping({ count: 0 })).peer.tickets).toEqual([]);
  });

  test('can be for one use alone', () => {
    const left = new Map<string, Uint8Array>();
    const names: TicketKeeper['seal'] = (state) => {
      const name = new Uint8Array([left.size + 1]);
      left.set(toHex(name), state.slice());
      return name;
    };
    const open: TicketKeeper['open'] = (name) => {
      const state = left.get(toHex(name)) ?? null;
      left.delete(toHex(name));
      return state;
    };
    const once = keeping({ seal: names, open, renews: false });
    const ticket = open13({}, once).peer.ticket();
    expect([0, 1, 2].map(() => isResumed(open13({ tickets: [ticket] }, once)))).toEqual([true, false, false]);
  });

  test.each(KEEPERS)('a keeper that %s: there is none', (_name, seal) => {
    const session = open13({}, keeping({ seal }));
    expect(session.peer.tickets).toEqual([]);
    session.peer.sendData(new Uint8Array(1));
    expect(opened(session.run()).data).toHaveLength(1);
  });

  test('a keeper that fails once: the others are good', () => {
    let count = 0;
    const seal: TicketKeeper['seal'] = (state) => {
      count += 1;
      if (count === 1) throw new Error('busy');
      return tickets.seal(state);
    };
    const { peer } = open13({}, keeping({ seal }));
    expect(peer.tickets).toHaveLength(1);
    expect(isResumed(open13({ tickets: [peer.ticket()] }))).toBe(true);
  });

  test.each(UNKNOWN)('a keeper that %s when it is asked: a full handshake', (_name, open) => {
    expect(isResumed(open13({ tickets: [good()] }, keeping({ open })))).toBe(false);
  });
});

const session12 = (client: ClientOptions12 = {}, server: Server = {}): Session12 =>
  open12({ extensions: [wantsTicket], ...client }, server).peer.session;

/** Sessions by id. */
class Store implements NonNullable<ServerOptions['sessions']> {
  readonly all: Map<string, Uint8Array> = new Map();

  save(id: Uint8Array, state: Uint8Array): void {
    this.all.set(toHex(id), state.slice());
  }

  load(id: Uint8Array): Uint8Array | null {
    return this.all.get(toHex(id))?.slice() ?? null;
  }
}

describe('sessions of TLS 1.2', () => {
  test('that had the extended master secret are not resumed without it, and nothing else is done either', () => {
    const client = { session: session12(), extendedMasterSecret: false };
    const session = serverSession(new PeerClient12(client), { ...fresh(), versions: ['TLSv1.2'], tickets });
    expect(session.code).toBe('ERR_TLS_NO_EXTENDED_MASTER_SECRET');
    expect(session.peer.alerts).toEqual([{ level: 2, name: 'handshake_failure' }]);
  });

  test('that lacked it are not resumed with it', () => {
    const session = session12({ extendedMasterSecret: false });
    expect(isResumed(open12({ session }))).toBe(false);
    expect(isResumed(open12({ session, extendedMasterSecret: false }))).toBe(true);
    expect(open12({ session }).engine.facts.extendedMasterSecret).toBe(true);
  });

  test('that lacked it are not resumed where it is required by now', () => {
    const client = { session: session12({ extendedMasterSecret: false }), extendedMasterSecret: false };
    const server = { ...fresh(), versions: ['TLSv1.2'], tickets, requireExtendedMasterSecret: true } as const;
    expect(serverSession(new PeerClient12(client), server).code).toBe('ERR_TLS_NO_EXTENDED_MASTER_SECRET');
  });

  test('are not resumed with another suite, nor where theirs was switched off', () => {
    const both = { suites: [GCM_256.id, GCM.id] };
    const session = session12({ suite: GCM });
    expect(isResumed(open12({ ...both, suite: GCM_256, session }, { suites: [GCM_256, GCM] }))).toBe(false);
    expect(isResumed(open12({ ...both, suite: GCM, session }, { suites: [GCM, GCM_256] }))).toBe(true);
    expect(isResumed(open12({ ...both, suite: GCM_256, session }, { suites: [GCM_256] }))).toBe(false);
    expect(isResumed(open12({ suite: GCM_256, session }, { suites: [GCM, GCM_256] }))).toBe(false);
  });

  test('a ticket goes before an id, whatever becomes of it', () => {
    const sessions = new Store();
    const byId = session12({ extensions: [] }, { tickets: null, sessions });
    expect(byId.id).toHaveLength(32);
    const ticketed = session12({}, { sessions });
    expect([ticketed.id.length, sessions.all.size]).toEqual([0, 1]);
    expect(isResumed(open12({ session: ticketed }, { sessions }))).toBe(true);
    const both = { ...byId, ticket: new Uint8Array(99) };
    expect(isResumed(open12({ session: both }, { sessions }))).toBe(false);
    expect(isResumed(open12({ session: byId }, { sessions }))).toBe(true);
  });

  test('whoever resumes by ticket gets another one, unless that is not wanted', () => {
    const session = session12();
    const again = open12({ session });
    expect(again.peer.ticket?.ticket).not.toEqual(session.ticket);
    expect(open12({ session }, keeping({ renews: false })).peer.ticket).toBeNull();
    expect(open12({ extensions: [wantsTicket] }, keeping({ renews: false })).peer.ticket).not.toBeNull();
  });

  test('whoever resumes by id keeps it, and nothing is stored anew', () => {
    const sessions = new Store();
    const session = session12({ extensions: [] }, { tickets: null, sessions });
    const again = open12({ session }, { tickets: null, sessions });
    expect(isResumed(again)).toBe(true);
    expect(again.peer.serverHello.legacy_session_id_echo).toEqual(session.id);
    expect(sessions.all.size).toBe(1);
  });

  test.each(KEEPERS)('a keeper that %s: an empty ticket takes the place of the one announced', (_name, seal) => {
    const session = open12({ extensions: [wantsTicket] }, keeping({ seal }));
    expect(session.peer.ticket).toEqual({ ticket_lifetime_hint: 0, ticket: EMPTY });
  });

  test.each(UNKNOWN)('a keeper that %s when it is asked: a full handshake', (_name, open) => {
    expect(isResumed(open12({ session: session12() }, keeping({ open })))).toBe(false);
  });

  test.each(UNKNOWN)('a store that %s when it is asked: a full handshake', (_name, load) => {
    const sessions = new Store();
    const session = session12({ extensions: [] }, { tickets: null, sessions });
    const asked = { tickets: null, sessions: { save: () => {}, load } };
    expect(isResumed(open12({ session }, asked))).toBe(false);
  });

  test('a store that cannot save: nobody notices', () => {
    const save = (): never => {
      throw new Error('disk full');
    };
    expect(isResumed(open12({}, { tickets: null, sessions: { save, load: () => null } }))).toBe(false);
  });
});

describe('servers that share a ticket key', () => {
  const key = new Uint8Array(48).fill(5);
  const [one, two] = ['one', 'two'].map((name) => countedTickets({ key, random: countedRandom(name) }));

  test('resume each other’s sessions, in both versions', () => {
    const { peer } = open13({}, { tickets: one! });
    expect(isResumed(open13({ tickets: [peer.ticket()] }, { tickets: two! }))).toBe(true);
    expect(isResumed(open12({ session: session12({}, { tickets: one! }) }, { tickets: two! }))).toBe(true);
  });

  test('still do after one of them has moved on to the next key', () => {
    const { peer } = open13({}, { tickets: one! });
    two!.replaceKey(new Uint8Array(48).fill(6));
    expect(isResumed(open13({ tickets: [peer.ticket()] }, { tickets: two! }))).toBe(true);
    const ahead = open13({}, { tickets: two! }).peer.ticket();
    expect(isResumed(open13({ tickets: [ahead] }, { tickets: one! }))).toBe(false);
  });
});

describe('one version’s sessions in the other', () => {
  test('a ticket of TLS 1.3 is none in TLS 1.2', () => {
    const { ticket, secret } = good();
    const session: Session12 = { suite: GCM, master: secret, ticket, id: EMPTY };
    expect(isResumed(open12({ session }))).toBe(false);
  });

  test('a ticket of TLS 1.2 is none in TLS 1.3', () => {
    const { ticket, master } = session12();
    expect(isResumed(open13({ tickets: [{ suite: SHA256, ticket, secret: master.slice(0, 32), ageAdd: 0 }] }))).toBe(
      false,
    );
    expect(isResumed(open13({ tickets: [{ suite: SHA256, ticket, secret: master, ageAdd: 0 }] }))).toBe(false);
  });

  test('whatever suite it says it is of', () => {
    const state = { ...decodeState(tickets.open(good().ticket)!)!, suite: GCM.id };
    const forged: Session12 = { suite: GCM, master: state.secret, ticket: tickets.seal(encodeState(state)), id: EMPTY };
    expect(isResumed(open12({ session: forged }))).toBe(false);
    const old = { ...decodeState(tickets.open(session12().ticket)!)!, suite: SHA256.id };
    const ticket: Ticket13 = { suite: SHA256, secret: old.secret, ticket: tickets.seal(encodeState(old)), ageAdd: 0 };
    expect(isResumed(open13({ tickets: [ticket] }))).toBe(false);
  });

  test('a state of TLS 1.3 in a store of session ids', () => {
    const { ticket, secret } = good();
    const id = new Uint8Array(32).fill(1);
    const sessions = { save: () => {}, load: () => tickets.open(ticket) };
    const session: Session12 = { suite: GCM, master: secret, ticket: EMPTY, id };
    expect(isResumed(open12({ session }, { tickets: null, sessions }))).toBe(false);
  });

  test('a session id means nothing in TLS 1.3', () => {
    const load = (): never => {
      throw new Error('nobody asks');
    };
    expect(isResumed(open13({}, { sessions: { save: load, load } }))).toBe(false);
  });
});
