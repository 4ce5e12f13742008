import { once } from 'node:events';
import net from 'node:net';
import { Duplex } from 'node:stream';
import nodeTls from 'node:tls';
import { describe, expect, it } from 'vitest';
import tls, { type TLSSocket } from '../../../src/index.ts';
import { ca, failureOf, leafOf, nodeServer, plainServer, readAll, VERSIONS } from './support/servers.ts';

const trust = { ca: ca.cert, servername: 'localhost' };

/** Two streams, each of which reads what is written to the other. */
function duplexPair(): [Half, Half] {
  const a = new Half();
  const b = new Half();
  a.other = b;
  b.other = a;
  return [a, b];
}

class Half extends Duplex {
  other: Half | null = null;
  private taken: (() => void) | null = null;

  override _read(): void {
    const { taken } = this;
    this.taken = null;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const { other } = this;
    if (chunk.length === 0) setImmediate(done);
    else {
      other!.taken = done;
      other!.push(chunk);
    }
  }

  override _final(done: () => void): void {
    this.other!.push(null);
    done();
  }
}

/** A node:tls server's end on one half of a pair. */
function serverOn(
  half: Duplex,
  handler: (socket: nodeTls.TLSSocket) => void,
  options: nodeTls.TLSSocketOptions = {},
): void {
  const leaf = leafOf();
  const secureContext = nodeTls.createSecureContext({ cert: leaf.chain, key: leaf.key });
  handler(new nodeTls.TLSSocket(half, { isServer: true, secureContext, ...options }));
}

describe.each(VERSIONS)('over a Duplex that is no socket in %s', (version) => {
  const context = tls.createSecureContext({ ca: ca.cert, minVersion: version, maxVersion: version });

  it('a megabyte goes there and back, and both sides end', async () => {
    const [near, far] = duplexPair();
    serverOn(far, (socket) => socket.pipe(socket));
    const socket = tls.connect({ socket: near, secureContext: context, servername: 'localhost' });
    const data = Buffer.alloc(1_000_000, 'duplex');
    const closed = once(socket, 'close');
    const back = readAll(socket);
    socket.end(data);
    expect((await back).equals(data)).toBe(true);
    await closed;
    expect(socket.getProtocol()).toBe(null);
    expect([socket.remoteAddress, socket.address(), socket.bytesRead]).toEqual([undefined, {}, data.length]);
  });

  it('back-pressure reaches through', async () => {
    const [near, far] = duplexPair();
    serverOn(far, () => {});
    const socket = tls.connect({ socket: near, secureContext: context, servername: 'localhost' });
    await once(socket, 'secureConnect');
    for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(65_536));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(socket.writableLength).toBeGreaterThan(1_000_000);
    expect(socket.writableNeedDrain).toBe(true);
    socket.destroy();
    expect(near.destroyed).toBe(true);
  });
});

describe('a transport of the user’s own', () => {
  it('may carry another protocol first (STARTTLS)', async () => {
    const { port } = await plainServer((socket) => {
      socket.write('220 ready\r\n');
      socket.once('data', (line) => {
        expect(line.toString()).toBe('STARTTLS\r\n');
        socket.write('220 go\r\n');
        serverOn(socket, (secure) => secure.pipe(secure));
      });
    });
    const raw = net.connect(port, '127.0.0.1');
    expect((await once(raw, 'data')).toString()).toBe('220 ready\r\n');
    raw.write('STARTTLS\r\n');
    expect((await once(raw, 'data')).toString()).toBe('220 go\r\n');
    const socket = tls.connect({ socket: raw, ...trust });
    await once(socket, 'secureConnect');
    expect(socket.remotePort).toBe(port);
    const back = readAll(socket);
    socket.end('over TLS');
    expect((await back).toString()).toBe('over TLS');
  });

  it('is waited for while it connects', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end('hello'));
    const raw = net.connect(port, '127.0.0.1');
    const socket = tls.connect({ socket: raw, ...trust });
    const events: string[] = [];
    for (const event of ['connect', 'secureConnect', 'end']) socket.on(event, () => events.push(event));
    expect([socket.connecting, socket.pending]).toEqual([true, true]);
    expect((await readAll(socket)).toString()).toBe('hello');
    expect(events).toEqual(['connect', 'secureConnect', 'end']);
  });

  it('may be given before it is told where to go', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end('hello'));
    const raw = new net.Socket();
    const socket = tls.connect({ socket: raw, ...trust });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(socket.connecting).toBe(true);
    raw.connect(port, '127.0.0.1');
    expect((await readAll(socket)).toString()).toBe('hello');
  });

  it('may be TLS itself', async () => {
    const { port } = await nodeServer({}, (outer) => serverOn(outer, (inner) => inner.end('deep inside')));
    const outer = tls.connect({ port, host: '127.0.0.1', ...trust });
    const inner = tls.connect({ socket: outer, ...trust });
    expect((await readAll(inner)).toString()).toBe('deep inside');
  });

  it('may use its memory again', async () => {
    const leaf = leafOf();
    const { port } = await nodeServer({ cert: leaf.chain, key: leaf.key }, (socket) =>
      socket.end(Buffer.alloc(200_000, 'x')),
    );
    const raw = net.connect(port, '127.0.0.1');
    const buffer = Buffer.alloc(4096);
    const reusing = new Duplex({
      read: () => raw.resume(),
      write: (chunk, _encoding, done) => raw.write(chunk, done),
      final: (done) => raw.end(done),
    });
    raw.on('data', (chunk) => {
      for (let at = 0; at < chunk.length; at += buffer.length) {
        const size = chunk.copy(buffer, 0, at, at + buffer.length);
        reusing.emit('data', buffer.subarray(0, size));
        buffer.fill(0xff);
      }
    });
    raw.on('end', () => reusing.push(null));
    const socket = tls.connect({ socket: reusing, ...trust });
    expect((await readAll(socket)).equals(Buffer.alloc(200_000, 'x'))).toBe(true);
  });

  it('must bring bytes', async () => {
    const [near, far] = duplexPair();
    near.setEncoding('utf8');
    const failure = failureOf(tls.connect({ socket: near, ...trust }));
    far.write('text');
    expect((await failure).code).toBe('ERR_STREAM_WRAP');
  });

  it('must be a Duplex', () => {
    for (const socket of [4, 'localhost', {}, true]) {
      const connect = () => tls.connect({ socket: socket as unknown as Duplex });
      expect(connect).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
    }
  });

  it('that fails fails us with its error', async () => {
    const [near] = duplexPair();
    const socket = tls.connect({ socket: near, ...trust });
    const failure = failureOf(socket);
    const reason = new Error('the serial line is cut');
    near.destroy(reason);
    expect(await failure).toBe(reason);
  });

  it('that ends before the handshake is done is a reset, with what is known of it', async () => {
    const [near, far] = duplexPair();
    const socket = tls.connect({ socket: near, host: 'device', port: 8883, ...trust });
    const failure = failureOf(socket);
    far.end();
    expect(await failure).toMatchObject({
      code: 'ECONNRESET',
      message: 'Client network socket disconnected before secure TLS connection was established',
      host: 'device',
      port: 8883,
      path: undefined,
      localAddress: undefined,
    });
  });

  it('that has ended already is the same', async () => {
    const [near, far] = duplexPair();
    far.end();
    near.resume();
    await once(near, 'end');
    expect((await failureOf(tls.connect({ socket: near, ...trust }))).code).toBe('ECONNRESET');
  });

  it('that is destroyed takes us with it', async () => {
    const [near] = duplexPair();
    near.destroy();
    const socket = tls.connect({ socket: near, ...trust });
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it('is destroyed with us, and keeps nothing of ours', async () => {
    const [near, far] = duplexPair();
    serverOn(far, () => {});
    const before = near.eventNames().length;
    const socket = tls.connect({ socket: near, ...trust });
    await once(socket, 'secureConnect');
    socket.destroy();
    await once(socket, 'close');
    expect(near.destroyed).toBe(true);
    expect(near.eventNames().filter((name) => name !== 'error' && name !== 'close').length).toBe(before);
  });
});

describe('new TLSSocket', () => {
  it('takes a socket, and begins when it is used', async () => {
    const { port } = await nodeServer({}, (socket) => socket.pipe(socket));
    const raw = net.connect(port, '127.0.0.1');
    await once(raw, 'connect');
    const socket = new tls.TLSSocket(raw, trust);
    const events: string[] = [];
    for (const event of ['secure', 'secureConnect']) socket.on(event, () => events.push(event));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(raw.bytesWritten).toBe(0);
    const back = readAll(socket);
    socket.end('now');
    expect((await back).toString()).toBe('now');
    expect(events).toEqual(['secure']);
    expect(socket.authorized).toBe(true);
  });

  it('connects by itself', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end('hi'));
    const socket: TLSSocket = new tls.TLSSocket(null, trust).connect(port, '127.0.0.1');
    expect((await readAll(socket)).toString()).toBe('hi');
  });

  it('believes nobody without reason', async () => {
    const { port } = await nodeServer();
    const raw = net.connect(port, '127.0.0.1');
    const socket = new tls.TLSSocket(raw, { servername: 'localhost' });
    socket.write('secret');
    expect((await failureOf(socket)).code).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });
});
