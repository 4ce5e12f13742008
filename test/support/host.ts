import { connect, createServer, type Server, type Socket } from 'node:net';
import { createClientEngine, createServerEngine, type Engine, settle } from '../../src/engine/index.ts';
import type { ClientSettings } from '../../src/handshake/client/settings.ts';
import type { Event } from '../../src/handshake/events.ts';
import type { ServerSettings } from '../../src/handshake/server/settings.ts';

export interface HostOptions {
  /** Milliseconds that the connection may live in any case. Default: 10,000. */
  readonly lifetimeMs?: number;
}

interface Waiter {
  /** True once what is waited for has come. */
  readonly ready: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** One engine over one socket: the smallest host there is, for tests against other programs. */
export class Host {
  readonly engine: Engine;
  readonly socket: Socket;
  /** Everything that the engine had to tell, application data apart. */
  readonly events: Event[] = [];
  private readonly chunks: Uint8Array[] = [];
  private waiters: Waiter[] = [];
  private failure: Error | null = null;
  private ended: boolean = false;
  private gone: boolean = false;

  constructor(engine: Engine, socket: Socket, { lifetimeMs = 10_000 }: HostOptions = {}) {
    this.engine = engine;
    this.socket = socket;
    const timer = setTimeout(() => this.abandon(`no end within ${lifetimeMs} ms`), lifetimeMs);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      engine.receive(bytes);
      this.turn();
    });
    socket.on('end', () => {
      engine.receiveEnd();
      this.turn();
    });
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => {
      clearTimeout(timer);
      this.gone = true;
      engine.receiveEnd();
      engine.destroy();
      this.turn();
    });
    this.turn();
  }

  static connect(settings: ClientSettings, port: number, options: HostOptions = {}): Host {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    return new Host(createClientEngine(settings), socket, options);
  }

  /** Waits for the end of the handshake, or rejects with what went wrong. */
  async secure(): Promise<this> {
    await this.until(() => this.has('secure'));
    return this;
  }

  has(type: Event['type']): boolean {
    return this.events.some((event) => event.type === type);
  }

  send(bytes: Uint8Array | string): void {
    this.engine.send(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    this.turn();
  }

  /** The next piece of application data; null at its end. */
  async next(): Promise<Uint8Array | null> {
    await this.until(() => this.chunks.length > 0 || this.ended);
    return this.chunks.shift() ?? null;
  }

  /** Exactly this many bytes of application data. */
  async read(size: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let got = 0; got < size; ) {
      const piece = await this.next();
      if (piece === null) throw new Error(`the peer ended after ${got} of ${size} bytes`);
      pieces.push(piece);
      got += piece.length;
    }
    const all = Buffer.concat(pieces);
    if (all.length > size) this.chunks.unshift(all.subarray(size));
    return all.subarray(0, size);
  }

  async readToEnd(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.next(); piece !== null; piece = await this.next()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Sends close_notify; the peer may go on. */
  close(): void {
    this.engine.close();
    this.turn();
  }

  /** Sends close_notify, drops what still comes, and waits for the peer's close_notify or the end of the socket. */
  async finish(): Promise<void> {
    this.close();
    await this.until(() => this.ended);
    this.socket.destroy();
  }

  /** Waits for anything that bytes from the peer can bring about. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ ready, resolve, reject });
      this.wake();
    });
  }

  /** Takes along everything that the engine has to do and to say. Call it after using the engine directly. */
  turn(): void {
    const { engine, socket } = this;
    settle(engine, () => this.turn());
    for (let bytes = engine.takeOutput(); bytes !== null; bytes = engine.takeOutput()) {
      if (socket.writable) socket.write(bytes);
    }
    for (let event = engine.takeEvent(); event !== null; event = engine.takeEvent()) this.note(event);
    if (engine.error !== null) this.fail(engine.error);
    if ((engine.state === 'closed' || engine.state === 'failed') && socket.writable) socket.end();
    if (engine.wantsInput || engine.state === 'closed' || engine.state === 'failed') socket.resume();
    else socket.pause();
    this.wake();
  }

  private note(event: Event): void {
    if (event.type === 'data') this.chunks.push(event.bytes);
    else this.events.push(event);
    if (event.type === 'end') this.ended = true;
  }

  private wake(): void {
    const waiting = this.waiters;
    this.waiters = [];
    for (const waiter of waiting) {
      if (waiter.ready()) waiter.resolve();
      else if (this.failure !== null) waiter.reject(this.failure);
      else if (this.gone) waiter.reject(new Error(`the connection is gone; the engine was ${this.engine.state}`));
      else this.waiters.push(waiter);
    }
  }

  private abandon(why: string): void {
    const { state, task } = this.engine;
    this.fail(new Error(`${why}: the engine is ${state}${task === null ? '' : `, waiting for ${task.kind}`}`));
    this.socket.destroy();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }
}

/** A server of ours on a port of its own. */
export class HostServer {
  readonly hosts: Host[] = [];
  /** What went wrong in connections, in order. */
  readonly failures: Error[] = [];
  private readonly server: Server;
  private readonly settings: ServerSettings;
  private readonly conversations: Promise<void>[] = [];

  constructor(settings: ServerSettings, serve: (host: Host) => Promise<void>, options: HostOptions = {}) {
    this.settings = settings;
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      const host = new Host(createServerEngine(this.settings), socket, options);
      this.hosts.push(host);
      this.conversations.push(serve(host).catch((error: Error) => void this.failures.push(error)));
    });
  }

  /** Resolves with the port. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** Waits until every conversation so far is over, well or badly. */
  async settled(): Promise<void> {
    await Promise.all(this.conversations);
  }

  close(): void {
    this.server.close();
    for (const host of this.hosts) host.socket.destroy();
  }
}
