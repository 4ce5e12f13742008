import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { finished } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import tls, { type TLSSocket } from '../../../src/index.ts';
import {
  accepted,
  client,
  failureOf,
  nodeServer,
  only,
  plainServer,
  readAll,
  secured,
  VERSIONS,
} from './support/servers.ts';

const SIZE = 5 * 1024 * 1024;
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

/** TLS 1.3 with AES-GCM adds header, content type and tag to each record. */
const OVERHEAD = 5 + 1 + 16;

describe.each(VERSIONS)('5 MB in %s', (version) => {
  const data = randomBytes(SIZE);

  it('go to the server and come back, both at once, whole', async () => {
    const { port } = await nodeServer(only(version), (socket) => socket.pipe(socket));
    const socket = client(port);
    const back = readAll(socket);
    socket.end(data);
    expect(digest(await back)).toBe(digest(data));
  });

  it('go in pieces of every size', async () => {
    const { port } = await nodeServer(only(version), (socket) => socket.pipe(socket));
    const socket = client(port);
    const back = readAll(socket);
    for (let at = 0, size = 1; at < SIZE; at += size, size = (size * 7 + 3) % 150_000) {
      if (!socket.write(data.subarray(at, at + size))) await once(socket, 'drain');
    }
    socket.end();
    expect(digest(await back)).toBe(digest(data));
  });

  it('wait for a slow reader at our end', async () => {
    let written = 0;
    const { port } = await nodeServer(only(version), async (socket) => {
      for (let at = 0; at < SIZE; at += 65_536) {
        written += 65_536;
        if (!socket.write(data.subarray(at, at + 65_536))) await once(socket, 'drain');
      }
      socket.end();
    });
    const socket = await secured(port);
    await later(100);
    const stuck = written;
    expect(socket.readableLength).toBeLessThan(300_000);
    const hash = createHash('sha256');
    let slow = 0;
    for await (const chunk of socket) {
      hash.update(chunk as Buffer);
      if (slow++ < 20) await later(2);
    }
    expect(hash.digest('hex')).toBe(digest(data));
    expect(stuck).toBeLessThan(SIZE);
  });

  it('wait for a slow reader at the other end', async () => {
    const received = createHash('sha256');
    let size = 0;
    const { port } = await nodeServer(only(version), async (socket) => {
      socket.pause();
      await later(100);
      socket.on('data', (chunk: Buffer) => {
        received.update(chunk);
        size += chunk.length;
      });
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const socket = await secured(port);
    let written = 0;
    for (let at = 0; at < SIZE; at += 65_536) {
      written += 65_536;
      if (!socket.write(data.subarray(at, at + 65_536))) {
        if (written > 4_000_000) expect(socket.writableNeedDrain).toBe(true);
        await once(socket, 'drain');
      }
    }
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect(size).toBe(SIZE);
    expect(received.digest('hex')).toBe(digest(data));
  });
});

describe('records', () => {
  async function spent(write: (socket: TLSSocket) => void): Promise<number> {
    const { port } = await nodeServer(only('TLSv1.3'), (socket) => socket.resume());
    const socket = await secured(port);
    await later(10);
    const before = socket.bytesWritten;
    write(socket);
    await new Promise<void>((resolve) => socket.write('', () => resolve()));
    return socket.bytesWritten - before;
  }

  it('a corked packet is one record', async () => {
    const parts = ['\x10', '\x1e', '\0\x04', 'MQTT', '\x04', '\x02', '\0\x3c', '\0\x05', 'Client', 'x', 'y', 'z', '.'];
    const size = Buffer.byteLength(parts.join(''));
    const bytes = await spent((socket) => {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    });
    expect(bytes).toBe(size + OVERHEAD);
  });

  it('writes within one turn share a record after the first', async () => {
    const bytes = await spent((socket) => {
      for (let i = 0; i < 50; i++) socket.write('0123456789');
    });
    expect(bytes).toBe(500 + 2 * OVERHEAD);
  });

  it('large writes fill their records', async () => {
    const bytes = await spent((socket) => socket.write(Buffer.alloc(1_000_000)));
    expect(bytes).toBe(1_000_000 + Math.ceil(1_000_000 / 16_384) * OVERHEAD);
  });

  it('setMaxSendFragment makes them smaller', async () => {
    const bytes = await spent((socket) => {
      expect(socket.setMaxSendFragment(511)).toBe(false);
      expect(socket.setMaxSendFragment(16_385)).toBe(false);
      expect(socket.setMaxSendFragment(1024)).toBe(true);
      socket.write(Buffer.alloc(10_000));
    });
    expect(bytes).toBe(10_000 + 10 * OVERHEAD);
  });

  it('an empty write is none', async () => {
    expect(await spent((socket) => socket.write(Buffer.alloc(0)))).toBe(0);
  });

  it('strings go in their encoding', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = client(port);
    socket.write('é', 'latin1');
    socket.write('e282ac', 'hex');
    socket.end('€');
    expect(await readAll(socket)).toEqual(Buffer.from('e9e282ace282ac', 'hex'));
  });
});

describe('before the handshake is done', () => {
  it('writes are kept, and called back when they are on their way', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = client(port);
    const order: string[] = [];
    socket.on('secureConnect', () => order.push('secureConnect'));
    socket.write('one ', () => order.push('one'));
    socket.write('two', () => order.push('two'));
    socket.end(() => order.push('finish'));
    expect((await readAll(socket)).toString()).toBe('one two');
    expect(order).toEqual(['secureConnect', 'one', 'two', 'finish']);
  });

  it('an end without data is an orderly one', async () => {
    const { port, errors } = await nodeServer({}, (socket) => socket.resume());
    const socket = client(port);
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect(errors).toEqual([]);
    expect(socket.errored).toBe(null);
  });

  it('a write that never went is told of', async () => {
    const { port } = await plainServer(() => {});
    const socket = client(port);
    const failed = new Promise<Error | null | undefined>((resolve) => socket.write('x', resolve));
    await once(socket, 'connect');
    socket.destroy();
    expect(await failed).toMatchObject({ code: 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION' });
  });
});

describe('the end', () => {
  it.each(VERSIONS)('of the peer ends us too in %s, unless allowHalfOpen', async (version) => {
    const { port } = await nodeServer(only(version), (socket) => socket.end('bye'));
    const socket = client(port);
    const closed = once(socket, 'close');
    expect((await readAll(socket)).toString()).toBe('bye');
    expect(await closed).toEqual([false]);
    expect(socket.writableFinished).toBe(true);
    expect(() => socket.write('late', () => {})).not.toThrow();
  });

  it.each(VERSIONS)('of the peer leaves us half open in %s with allowHalfOpen', async (version) => {
    const received: Buffer[] = [];
    const { port } = await nodeServer({ ...only(version), allowHalfOpen: true }, (socket) => {
      socket.end('question?');
      socket.on('data', (chunk) => received.push(chunk));
    });
    const socket = client(port, { allowHalfOpen: true });
    expect((await readAll(socket)).toString()).toBe('question?');
    await later(20);
    expect(socket.destroyed).toBe(false);
    socket.end('answer');
    await once(socket, 'close');
    await later(20);
    expect(Buffer.concat(received).toString()).toBe('answer');
  });

  it('of ours lets the peer finish', async () => {
    const { port } = await nodeServer({ allowHalfOpen: true }, (socket) => {
      socket.on('end', async () => {
        await later(20);
        socket.write('still ');
        await later(20);
        socket.end('here');
      });
      socket.resume();
    });
    const socket = client(port);
    socket.end('done');
    expect((await readAll(socket)).toString()).toBe('still here');
  });

  it('writes after the peer has ended are EPIPE, as in net', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end());
    const socket = client(port);
    socket.resume();
    await once(socket, 'end');
    await later(5);
    const error = await new Promise<Error | null | undefined>((resolve) => socket.write('x', resolve));
    expect(error).toMatchObject({ code: 'EPIPE' });
  });

  it('without close_notify is an end all the same, as in Node', async () => {
    const { port } = await nodeServer({}, (socket) => {
      socket.write('cut', () =>
        (socket as unknown as { _handle: { _parent: { close(): void } } })._handle._parent.close(),
      );
    });
    const socket = client(port);
    expect((await readAll(socket)).toString()).toBe('cut');
  });

  it('pipeline and finished see it', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = client(port);
    const chunks: Buffer[] = [];
    await pipeline([Buffer.from('a'), Buffer.from('b')], socket, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) chunks.push(chunk);
    });
    expect(Buffer.concat(chunks).toString()).toBe('ab');
    await new Promise<void>((resolve, reject) => finished(socket, (error) => (error ? reject(error) : resolve())));
  });
});

describe('destroy', () => {
  it.each([0, 1, 2, 3, 5, 8, 13])('after %i ms leaves nothing behind', async (delay) => {
    const { port } = await nodeServer({ requestCert: true, rejectUnauthorized: false }, (socket) => {
      socket.write(Buffer.alloc(200_000));
      socket.resume();
    });
    const raw = net.connect(port, '127.0.0.1');
    const listeners = () => raw.eventNames().reduce((sum, name) => sum + raw.listenerCount(name), 0);
    const before = listeners();
    const socket = tls.connect({ socket: raw, rejectUnauthorized: false });
    const events: string[] = [];
    for (const event of ['error', 'close']) socket.on(event, () => events.push(event));
    socket.write(Buffer.alloc(100_000));
    socket.setTimeout(60_000);
    await later(delay);
    const closed = [once(socket, 'close'), once(raw, 'close')];
    socket.destroy();
    socket.destroy();
    await Promise.all(closed);
    expect(events).toEqual(['close']);
    expect(raw.destroyed).toBe(true);
    expect(listeners() - before).toBeLessThanOrEqual(2);
  });

  it('with an error reports it, then the close, once each', async () => {
    const { port } = await nodeServer();
    const socket = await secured(port);
    const order: unknown[] = [];
    socket.on('error', (error) => order.push(error.message));
    socket.on('close', (hadError) => order.push(hadError));
    socket.destroy(new Error('enough'));
    socket.destroy(new Error('again'));
    await once(socket, 'close').catch(() => {});
    await later(10);
    expect(order).toEqual(['enough', true]);
  });

  it('destroySoon sends what was written first', async () => {
    const received: Buffer[] = [];
    const listening = await nodeServer({}, (socket) => socket.on('data', (chunk: Buffer) => received.push(chunk)));
    const socket = await secured(listening.port);
    socket.write(Buffer.alloc(1_000_000, 1));
    socket.destroySoon();
    await once(await accepted(listening), 'end');
    expect(Buffer.concat(received)).toHaveLength(1_000_000);
  });

  it('resetAndDestroy resets', async () => {
    const listening = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = await secured(listening.port);
    socket.write('x');
    await once(socket, 'data');
    const failed = new Promise((resolve) => listening.sockets[0]!.once('error', resolve));
    socket.resetAndDestroy();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    expect(socket.destroyed).toBe(true);
  });

  it('in a data listener is safe', async () => {
    const { port } = await nodeServer({}, (socket) => socket.write(Buffer.alloc(300_000)));
    const socket = client(port);
    let chunks = 0;
    socket.on('data', () => {
      chunks += 1;
      socket.destroy();
    });
    await once(socket, 'close');
    expect(chunks).toBe(1);
  });
});

describe('time', () => {
  it('a connection that is silent emits timeout, and goes on', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = client(port, { timeout: 40 });
    expect(socket.timeout).toBe(40);
    await once(socket, 'timeout');
    expect(socket.destroyed).toBe(false);
    socket.setTimeout(0);
    socket.end('x');
    expect((await readAll(socket)).toString()).toBe('x');
  });

  it('bytes in either direction put it off', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = await secured(port);
    let timeouts = 0;
    socket.setTimeout(80, () => {
      timeouts += 1;
    });
    socket.resume();
    for (let i = 0; i < 10; i++) {
      socket.write('x');
      await later(20);
    }
    expect(timeouts).toBe(0);
    await once(socket, 'timeout');
    expect(timeouts).toBe(1);
  });

  it('its arguments are checked as in net', () => {
    const socket = new tls.TLSSocket();
    const twin = new net.Socket();
    for (const value of ['1', -1, Number.NaN, Number.POSITIVE_INFINITY, null]) {
      expect(thrownBy(() => socket.setTimeout(value as number))).toEqual(
        thrownBy(() => twin.setTimeout(value as number)),
      );
    }
    const callback = 'x' as unknown as () => void;
    expect(thrownBy(() => socket.setTimeout(1, callback))).toEqual(thrownBy(() => twin.setTimeout(1, callback)));
    socket.destroy();
    twin.destroy();
  });

  it('a server that says nothing leaves us waiting, until timeout', async () => {
    const { port } = await plainServer(() => {});
    const socket = client(port, { timeout: 50 });
    socket.on('timeout', () => socket.destroy(new Error('too slow')));
    expect((await failureOf(socket)).message).toBe('too slow');
  });
});

describe('as a net.Socket', () => {
  it('it is one, with the addresses of its transport', async () => {
    const listening = await nodeServer({}, (socket) => socket.pipe(socket));
    const { port } = listening;
    const socket = client(port);
    expect(socket).toBeInstanceOf(net.Socket);
    expect([socket.connecting, socket.pending, socket.readyState, socket.encrypted]).toEqual([
      true,
      true,
      'opening',
      true,
    ]);
    expect(socket.address()).toEqual({});
    await once(socket, 'secureConnect');
    expect([socket.connecting, socket.pending, socket.readyState]).toEqual([false, false, 'open']);
    expect([socket.remoteAddress, socket.remoteFamily, socket.remotePort]).toEqual(['127.0.0.1', 'IPv4', port]);
    const { remotePort } = await accepted(listening);
    expect(socket.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port: remotePort });
    expect([socket.localAddress, socket.localPort]).toEqual(['127.0.0.1', remotePort]);
    expect(socket.ref().unref().ref()).toBe(socket);
    expect(socket.setNoDelay(true).setKeepAlive(true, 1000)).toBe(socket);
  });

  it('bytesWritten counts the wire, bytesRead what was read from it', async () => {
    const { port, sockets } = await nodeServer({}, (socket) => socket.pipe(socket));
    const socket = await secured(port);
    socket.write('hello');
    await once(socket, 'data');
    const wire = (sockets[0] as unknown as { _handle: { _parent: { bytesRead: number } } })._handle._parent.bytesRead;
    expect(socket.bytesWritten).toBe(wire);
    expect(socket.bytesRead).toBe(5);
    socket.destroy();
    expect([socket.bytesWritten, socket.bytesRead]).toEqual([wire, 5]);
  });

  it('highWaterMark is honoured', async () => {
    const { port } = await nodeServer();
    const socket = client(port, { highWaterMark: 123 });
    expect([socket.readableHighWaterMark, socket.writableHighWaterMark]).toEqual([123, 123]);
  });

  it('an abort signal destroys it, before and after', async () => {
    const { port } = await nodeServer();
    const aborted = client(port, { signal: AbortSignal.abort() });
    expect((await failureOf(aborted)).name).toBe('AbortError');
    const controller = new AbortController();
    const socket = await secured(port, { signal: controller.signal });
    const failure = failureOf(socket);
    controller.abort();
    expect(await failure).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return { name, code, message };
  }
  return null;
}
