import { constants } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:https';
import type { TLSSocket as NodeSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import tls, { type TLSSocket } from '../../../src/index.ts';
import { nodeClient, type Ours, ourServer } from './support/ours.ts';
import { client, nodeServer, readAll, secured, VERSIONS } from './support/servers.ts';

type Connect = (port: number, options?: { session?: Buffer }) => NodeSocket | TLSSocket;

const farewell = (socket: TLSSocket): void => void socket.end('bye');

/** Connects, lets the server end, and hands over the session. */
async function visit(
  connect: Connect,
  port: number,
  session?: Buffer,
): Promise<{ session: Buffer; reused: boolean; socket: NodeSocket | TLSSocket }> {
  const socket = connect(port, session === undefined ? {} : { session });
  let newest = session;
  socket.on('session', (given: Buffer) => {
    newest = given;
  });
  await once(socket, 'secureConnect');
  const reused = socket.isSessionReused();
  await readAll(socket as never);
  socket.end();
  return { session: newest!, reused: reused === true, socket };
}

describe.each(VERSIONS)('sessions in %s', (version) => {
  const only = { minVersion: version, maxVersion: version } as const;
  const clients: Record<string, Connect> = { 'node:tls': nodeClient, ours: client };

  it.each(['node:tls', 'ours'])('%s resumes with a server of ours by ticket', async (kind) => {
    const seen: unknown[] = [];
    const { port } = await ourServer(only, (socket) => {
      seen.push(socket.isSessionReused());
      farewell(socket);
    });
    const first = await visit(clients[kind]!, port);
    const second = await visit(clients[kind]!, port, first.session);
    const third = await visit(clients[kind]!, port, second.session);
    expect([first.reused, second.reused, third.reused]).toEqual([false, true, true]);
    expect(seen).toEqual([false, true, true]);
  });

  it('a client of ours resumes with node:tls, and stays authorized', async () => {
    const { port } = await nodeServer(only, (socket) => void socket.end('bye'));
    const first = await visit(client, port);
    const socket = client(port, { session: first.session });
    await once(socket, 'secureConnect');
    expect([socket.isSessionReused(), socket.authorized]).toEqual([true, true]);
    expect(socket.getPeerCertificate()).toMatchObject({ subject: expect.anything() });
    expect(socket.getTLSTicket()).toBeInstanceOf(Buffer);
  });

  it('a server describes its session without any secret, and nobody resumes it', async () => {
    const { port, sockets } = await ourServer(only);
    const socket = client(port);
    await once(socket, 'secureConnect');
    await expect.poll(() => sockets.length).toBe(1);
    const described = sockets[0]!.getSession()!;
    expect(described.toString()).toContain(`"version":"${version}"`);
    expect(sockets[0]!.getTLSTicket()).toBeUndefined();
    const again = client(port, { session: described });
    await once(again, 'secureConnect');
    expect(again.isSessionReused()).toBe(false);
  });

  it('servers with the same ticket keys resume each other’s sessions, until the keys are changed', async () => {
    const one = await ourServer(only, farewell);
    const two = await ourServer({ ...only, ticketKeys: one.server.getTicketKeys() }, farewell);
    const { session } = await visit(client, one.port);
    expect((await visit(client, two.port, session)).reused).toBe(true);
    two.server.setTicketKeys(Buffer.alloc(48, 7));
    expect(two.server.getTicketKeys()).toEqual(Buffer.alloc(48, 7));
    expect((await visit(client, two.port, session)).reused).toBe(false);
    expect((await visit(client, one.port, session)).reused).toBe(true);
  });

  it('an asynchronous store keeps sessions where there are no tickets', async () => {
    const served = await ourServer({ ...only, secureOptions: constants.SSL_OP_NO_TICKET }, farewell);
    const stored = store(served);
    const first = await visit(client, served.port);
    expect(stored.size).toBeGreaterThan(0);
    expect((await visit(client, served.port, first.session)).reused).toBe(true);
    expect((await visit(nodeClient, served.port)).reused).toBe(false);
    stored.clear();
    expect((await visit(client, served.port, first.session)).reused).toBe(false);
  });

  it('a store that answers twice does no harm, and one that fails ends its own connection alone', async () => {
    const served = await ourServer({ ...only, secureOptions: constants.SSL_OP_NO_TICKET }, farewell);
    const { server, port, errors } = served;
    store(served);
    const { session } = await visit(client, port);
    server.prependOnceListener('resumeSession', (_id: Buffer, done: (error: Error | null) => void) => {
      done(new Error('the store is down'));
      done(null);
    });
    const socket = client(port, { session });
    await once(socket, 'error');
    expect(errors.map((error) => error.message)).toEqual(['the store is down']);
    expect((await visit(client, port)).reused).toBe(false);
  });

  it('what is no session is left aside', async () => {
    const { port } = await ourServer(only, farewell);
    for (const session of [Buffer.from('nonsense'), Buffer.alloc(0)]) {
      expect((await visit(client, port, session)).reused).toBe(false);
    }
    const { session } = await visit(client, port);
    for (let at = 0; at < session.length; at += 7) {
      const cut = session.subarray(0, at);
      expect((await visit(client, port, cut)).reused).toBe(false);
      if (at > 70) break;
    }
  });

  it('Node’s https agent keeps sessions of ours', async () => {
    const { port } = await ourServer(only, (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
    });
    const sessions: Buffer[] = [];
    const agent = new Agent({ maxCachedSessions: 10 });
    const reused: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const createConnection = () => {
        const socket = client(port, sessions.length === 0 ? {} : { session: sessions[0]! });
        socket.once('session', (session: Buffer) => sessions.push(session));
        socket.once('secureConnect', () => reused.push(socket.isSessionReused()));
        return socket;
      };
      Object.assign(agent, { createConnection });
      const [response] = await once(get({ agent, host: 'localhost' }), 'response');
      await readAll(response);
    }
    expect(reused).toEqual([false, true]);
  });
});

/** What listens to the two events, and answers a little later. */
function store({ server }: Ours): Map<string, Buffer> {
  const stored = new Map<string, Buffer>();
  server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
    stored.set(id.toString('hex'), data);
    setTimeout(done, 2);
  });
  server.on('resumeSession', (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
    setTimeout(() => done(null, stored.get(id.toString('hex')) ?? null), 2);
  });
  return stored;
}

describe('renegotiation', () => {
  const old = { maxVersion: 'TLSv1.2' } as const;

  it('is done when asked for, by either end, and the server may ask for a certificate then', async () => {
    const { port, sockets } = await ourServer(old);
    const socket = await secured(port, old);
    await new Promise((resolve) => socket.renegotiate({}, resolve));
    await expect.poll(() => sockets.length).toBe(1);
    const [server] = sockets as [TLSSocket];
    socket.resume();
    const before = server.getPeerFinished();
    await new Promise((resolve) => server.renegotiate({ requestCert: true, rejectUnauthorized: false }, resolve));
    expect(server.getPeerFinished()).not.toEqual(before);
    expect(server.authorizationError).toBe('UNABLE_TO_GET_ISSUER_CERT');
  });

  it('ends the connection past the limit', async () => {
    const { port, errors } = await ourServer(old, (socket) => void socket.resume());
    const socket = nodeClient(port, old);
    await once(socket, 'secureConnect');
    let done = 0;
    const again = (): void => {
      socket.renegotiate({}, () => {
        done += 1;
        setImmediate(again);
      });
    };
    again();
    await once(socket, 'close');
    expect([done, errors.map((error) => error.code)]).toEqual([tls.CLIENT_RENEG_LIMIT, ['ERR_TLS_SESSION_ATTACK']]);
  });

  it('ends the connection where it is disabled', async () => {
    const { port, errors } = await ourServer(old, (socket) => {
      socket.disableRenegotiation();
      socket.resume();
    });
    const socket = nodeClient(port, old);
    await once(socket, 'secureConnect');
    socket.renegotiate({}, () => {});
    await once(socket, 'close');
    expect(errors.map((error) => error.code)).toEqual(['ERR_TLS_RENEGOTIATION_DISABLED']);
  });

  it('is not there in TLS 1.3', async () => {
    const { port } = await ourServer();
    const socket = await secured(port);
    const error = await new Promise<unknown>((resolve) => {
      expect(socket.renegotiate({}, resolve)).toBe(false);
    });
    expect(error).toMatchObject({ code: 'ERR_SSL_WRONG_SSL_VERSION' });
  });
});
