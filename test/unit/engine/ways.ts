import { expect } from 'vitest';
import { EMPTY, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { SealedTickets } from '../../../src/config/tickets.ts';
import type { Verdict } from '../../../src/handshake/peer.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { extension } from '../../support/peer-client.ts';
import { type ClientOptions12, PeerClient12, type Session12 } from '../../support/peer-client12.ts';
import { type ClientOptions13, PeerClient13, type Ticket13 } from '../../support/peer-client13.ts';
import { countedTickets, NOW, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

export type Client = ClientOptions12 & ClientOptions13;
export type Server = Partial<ServerOptions>;
export type Talk = Session<PeerClient12> | Session<PeerClient13>;

/** One server whose clock a test moves, and which every session goes to. */
export class World {
  now: number = NOW;
  readonly tickets: SealedTickets = countedTickets({ now: () => this.now });
  readonly store: Map<string, Uint8Array> = new Map();
  private readonly name: string;
  private count: number = 0;

  constructor(name: string = 'server') {
    this.name = name;
  }

  options(server: Server): Server {
    this.count += 1;
    return { provider: countedProvider(`${this.name} ${this.count}`), now: () => this.now, ...server };
  }

  get sessions(): NonNullable<ServerOptions['sessions']> {
    return {
      save: (id, state) => void this.store.set(toHex(id), state.slice()),
      load: (id) => this.store.get(toHex(id))?.slice() ?? null,
    };
  }
}

/** A way in which sessions are resumed. */
export interface Way {
  readonly name: string;
  readonly talk: (world: World, client: Client, server: Server, session?: unknown) => Talk;
  readonly sessionOf: (talk: Talk) => unknown;
}

const versions = ['TLSv1.2'] as const;
const wantsTicket = extension('session_ticket', EMPTY);

export const WAYS: readonly Way[] = [
  {
    name: 'a ticket of TLS 1.3',
    talk: (world, client, server, session) => {
      const tickets = session === undefined ? [] : [session as Ticket13];
      const options = { tickets: world.tickets, versions: ['TLSv1.3'], ...server } as const;
      return serverSession(new PeerClient13({ ...client, tickets }), world.options(options));
    },
    sessionOf: ({ peer }) => (peer as PeerClient13).ticket(),
  },
  {
    name: 'a ticket of TLS 1.2',
    talk: (world, client, server, session) => {
      const extensions = [...(client.extensions ?? []), ...(session === undefined ? [wantsTicket] : [])];
      const resumes = session === undefined ? {} : { session: { ...(session as Session12), id: EMPTY } };
      const options = world.options({ tickets: world.tickets, versions, ...server });
      return serverSession(new PeerClient12({ ...client, extensions, ...resumes }), options);
    },
    sessionOf: ({ peer }) => (peer as PeerClient12).session,
  },
  {
    name: 'a session id of TLS 1.2',
    talk: (world, client, server, session) => {
      const resumes = session === undefined ? {} : { session: { ...(session as Session12), ticket: EMPTY } };
      const options = world.options({ sessions: world.sessions, versions, ...server });
      return serverSession(new PeerClient12({ ...client, ...resumes }), options);
    },
    sessionOf: ({ peer }) => (peer as PeerClient12).session,
  },
];

export function expectOpen(talk: Talk): void {
  expect(talk.engine.error).toBeNull();
  expect(talk.engine.state).toBe('open');
  expect(talk.peer.done).toBe(true);
  talk.engine.send(fromLatin1('x'));
  talk.peer.sendData(fromLatin1('y'));
  talk.run();
  expect(talk.peer.data).toEqual(fromLatin1('x'));
  expect(talk.data).toEqual(fromLatin1('y'));
}

/** A client of whom nothing bad is known. */
export const GOOD: Verdict = { error: null, path: null, notAfter: null, unchecked: [] };
