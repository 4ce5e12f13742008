import { createHash, randomBytes } from 'node:crypto';
import type { Awaitable } from '../../flow/index.ts';
import type { ServerSettings, SessionStore, TicketKeeper } from '../../handshake/server/settings.ts';
import { buffer } from './facts.ts';
import type { SecureContext } from './secure-context.ts';
import type { ServerHooks } from './server-hooks.ts';

type Keepers = Pick<ServerSettings, 'sessions' | 'tickets'>;

/**
 * Where a server's sessions are kept: in tickets, and, for those who listen to `newSession` and `resumeSession`, in a
 * store of theirs. What the store is given holds the session's secret. `is13`: the handshake will be TLS 1.3's.
 * `refuse` ends the connection.
 */
export function keepersFor(
  server: ServerHooks | null,
  context: SecureContext,
  is13: boolean,
  refuse: (error: Error) => void,
): Keepers {
  const store = server === null || !hasListeners(server) ? null : new EventStore(server, refuse);
  const { tickets } = context;
  if (store === null || !is13) return { sessions: store, tickets };
  return {
    sessions: null,
    tickets: tickets === null ? new StoredTickets(store) : new AnnouncedTickets(tickets, store),
  };
}

function hasListeners(server: ServerHooks): boolean {
  return server.listenerCount('newSession') > 0 || server.listenerCount('resumeSession') > 0;
}

/** Node's two events as a store. */
class EventStore implements SessionStore {
  private readonly server: ServerHooks;
  private readonly refuse: (error: Error) => void;

  constructor(server: ServerHooks, refuse: (error: Error) => void) {
    this.server = server;
    this.refuse = refuse;
  }

  save(id: Uint8Array, state: Uint8Array): Awaitable<void> {
    const { server } = this;
    const listeners = server.listeners('newSession');
    if (listeners.length === 0) return;
    // In v0.10 there was no callback, so that a listener of two parameters has none to call.
    if (listeners.every((listener) => listener.length === 1 || listener.length === 2)) {
      server.emit('newSession', buffer(id.slice()), buffer(state.slice()), () => {});
      return;
    }
    return new Promise((resolve) => {
      server.emit('newSession', buffer(id.slice()), buffer(state.slice()), () => resolve());
    });
  }

  load(id: Uint8Array): Awaitable<Uint8Array | null> {
    const { server } = this;
    if (server.listenerCount('resumeSession') === 0) return null;
    return new Promise((resolve) => {
      server.emit('resumeSession', buffer(id.slice()), (error?: Error | null, state?: unknown) => {
        if (error) this.refuse(error);
        resolve(error ? null : stateFrom(state));
      });
    });
  }
}

function stateFrom(state: unknown): Uint8Array | null {
  if (typeof state === 'string') return Buffer.from(state, 'latin1');
  return ArrayBuffer.isView(state) ? new Uint8Array(state.buffer, state.byteOffset, state.byteLength).slice() : null;
}

/** TLS 1.3 where SSL_OP_NO_TICKET is set: the ticket is but a name under which the store has the state. */
class StoredTickets implements TicketKeeper {
  readonly count: number = 2;
  readonly renews: boolean = false;
  private readonly store: EventStore;

  constructor(store: EventStore) {
    this.store = store;
  }

  async seal(state: Uint8Array): Promise<Uint8Array> {
    const id = new Uint8Array(randomBytes(32));
    await this.store.save(id, state);
    return id;
  }

  open(ticket: Uint8Array): Awaitable<Uint8Array | null> {
    return this.store.load(ticket);
  }
}

/** TLS 1.3's tickets as usual, announced as new sessions under a name that nobody will ask for. */
class AnnouncedTickets implements TicketKeeper {
  readonly count: number;
  readonly renews: boolean = false;
  private readonly tickets: TicketKeeper;
  private readonly store: EventStore;

  constructor(tickets: TicketKeeper, store: EventStore) {
    this.count = tickets.count;
    this.tickets = tickets;
    this.store = store;
  }

  async seal(state: Uint8Array, signal: Parameters<TicketKeeper['seal']>[1]): Promise<Uint8Array | null> {
    const ticket = await this.tickets.seal(state, signal);
    if (ticket !== null) await this.store.save(createHash('sha256').update(ticket).digest(), state);
    return ticket;
  }

  open(ticket: Uint8Array, signal: Parameters<TicketKeeper['open']>[1]): Awaitable<Uint8Array | null> {
    return this.tickets.open(ticket, signal);
  }
}
