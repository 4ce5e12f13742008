import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { nodeClient, ourServer } from './support/ours.ts';
import { client, failureOf, secured } from './support/servers.ts';

/** Sends these bytes, and waits for the end. */
async function say(port: number, bytes: string | Buffer): Promise<Buffer> {
  const socket = net.connect(port, '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(heard);
}

describe('a server that is', () => {
  it('spoken to in plain HTTP says so, and goes on', async () => {
    const { port, errors } = await ourServer();
    await say(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await say(port, 'CONNECT a:1 HTTP/1.1\r\n\r\n');
    await say(port, Buffer.alloc(100, 42));
    expect(errors.map((error) => error.code)).toEqual([
      'ERR_SSL_HTTP_REQUEST',
      'ERR_SSL_HTTPS_PROXY_REQUEST',
      'ERR_SSL_WRONG_VERSION_NUMBER',
    ]);
    await secured(port);
  });

  it('spoken to slowly ends it at handshakeTimeout', async () => {
    const { port, errors } = await ourServer({ handshakeTimeout: 100 });
    const begun = Date.now();
    const socket = net.connect(port, '127.0.0.1');
    const drip = setInterval(() => socket.write(Buffer.from([22])), 20);
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
    expect(errors[0]!.code).toMatch(/ERR_TLS_HANDSHAKE_TIMEOUT|ERR_SSL_WRONG_VERSION_NUMBER/);
    const silent = net.connect(port, '127.0.0.1');
    silent.resume();
    await once(silent, 'close');
    expect(errors[1]!.code).toBe('ERR_TLS_HANDSHAKE_TIMEOUT');
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  it('asked for a name by an SNICallback that never answers, throws or answers nonsense', async () => {
    const answers = {
      silent: (_done: unknown) => {},
      throws: (_done: unknown) => {
        throw new Error('no such tenant');
      },
      nonsense: (done: (error: null, context: unknown) => void) => done(null, {}),
    };
    const { port, errors } = await ourServer({
      handshakeTimeout: 200,
      SNICallback: (name, done) => void (answers as Record<string, (done: unknown) => void>)[name]?.(done),
    });
    const failures = Object.keys(answers).map((servername) => failureOf(client(port, { servername })));
    for (const failure of await Promise.all(failures)) expect(failure.code).toBe('ECONNRESET');
    expect(errors.map((error) => error.message).sort()).toEqual([
      'Invalid SNI context',
      'TLS handshake timeout',
      'no such tenant',
    ]);
  });

  it('left before the handshake is done tells it, once', async () => {
    const { port, errors } = await ourServer();
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end();
    socket.resume();
    await once(socket, 'close');
    await expect.poll(() => errors.map((error) => error.code)).toEqual(['ECONNRESET']);
  });

  it('told of failures under the old name where nobody listens to the new one', async () => {
    const { port, server } = await ourServer();
    server.removeAllListeners('tlsClientError');
    const told = once(server, 'clientError');
    await say(port, 'GET / HTTP/1.1\r\n\r\n');
    expect((await told)[0]).toMatchObject({ code: 'ERR_SSL_HTTP_REQUEST' });
  });
});

it('a listener that throws does no harm to other connections', async () => {
  const { port, server, sockets } = await ourServer();
  const caught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => caught.push(error));
  try {
    server.once('secureConnection', () => {
      throw new Error('a bug of the application');
    });
    await secured(port);
    await expect.poll(() => caught.length).toBe(1);
    await secured(port);
    await expect.poll(() => sockets.length).toBe(2);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
});

it('1,000 connections that end at random moments leave nothing behind', async () => {
  const served = await ourServer({ handshakeTimeout: 60_000 }, (socket) => void socket.end('x'));
  const { port, server } = served;
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const one = async (): Promise<void> => {
    const socket = random() < 0.5 ? nodeClient(port) : client(port);
    socket.on('error', () => {});
    socket.resume();
    setTimeout(() => socket.destroy(), random() * 15);
    await once(socket, 'close');
  };
  for (let batch = 0; batch < 20; batch++) await Promise.all(Array.from({ length: 50 }, one));
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  await expect.poll(connections, { timeout: 5000 }).toBe(0);
  await expect.poll(timers, { timeout: 5000 }).toBeLessThanOrEqual(before);
  expect(server.listenerCount('secureConnection')).toBe(1);
}, 60_000);
