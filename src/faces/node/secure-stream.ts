import { Socket, type SocketConstructorOpts } from 'node:net';
import { addAbortSignal, type Duplex } from 'node:stream';
import type { Engine } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { Event } from '../../handshake/events.ts';
import { Channel, type ChannelOwner, type Done } from './channel.ts';
import { connectArguments } from './connect-arguments.ts';
import { buffer } from './facts.ts';
import { checkMilliseconds, IdleTimer } from './idle-timer.ts';
import { bytesOf, joined, type QueuedChunk } from './joined.ts';
import { invalidArgType, nodeError } from './node-error.ts';
import type { ConnectOptions, TlsSocketOptions } from './options.ts';
import { StaticRead } from './static-read.ts';

/** What a transport of our own tells its user too. */
const FORWARDED = ['lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout'] as const;

/**
 * A stream of plaintext over an engine and a transport. It is a `net.Socket` without a handle, as programs expect of
 * a TLS connection; whatever needs a handle goes to the transport, which is another `net.Socket` or any Duplex.
 */
export abstract class SecureStream extends Socket {
  /** Whether the handshake is still to be done. */
  secureConnecting: boolean = true;
  protected readonly channel: Channel;
  /** Bytes of plaintext received. */
  protected received: number = 0;
  private readonly ownsTransport: boolean;
  private readonly idle: IdleTimer = new IdleTimer();
  private transportClosed: boolean = false;
  /** What was written before the handshake is done. */
  private early: { readonly pieces: readonly Uint8Array[]; readonly done: Done } | null = null;
  private finishing: Done | null = null;
  /** The transport is connected; somebody wants to use it; the handshake has begun. */
  private ready: boolean = false;
  private wanted: boolean = false;
  private begun: boolean = false;
  private reportClose: (() => void) | null = null;
  private readonly staticRead: StaticRead | null;

  constructor(socket: Duplex | null, options: TlsSocketOptions, signTimeout: number) {
    super(streamOptions(socket, options));
    this.ownsTransport = socket === null;
    this.staticRead = options.onread === undefined ? null : new StaticRead(options.onread);
    this.channel = new Channel(socket ?? ownTransport(options), this.owner(), signTimeout);
    if (socket === null) setConnecting(this, true);
    else this.adopt(socket);
    const { signal } = options;
    if (signal?.aborted === true) process.nextTick(() => addAbortSignal(signal, this));
    else if (signal !== undefined) addAbortSignal(signal, this);
  }

  /** The engine for this connection, made when the transport is connected. */
  protected abstract createEngine(): Engine;
  /** Tells the application that the handshake is done. */
  protected abstract onSecure(): void;
  protected abstract onEvent(event: Event): void;
  /** The engine has failed: ends the connection. */
  protected abstract onFailure(error: TlsError): void;

  /** Connects the transport; arguments as those of `net.Socket`. */
  override connect(...args: unknown[]): this {
    const { options, callback } = connectArguments(args);
    if (callback !== null) this.once('connect', callback);
    return this.open(options);
  }

  /** Begins the handshake as soon as there is a connection. Until then a given socket is left in peace. */
  _start(): this {
    this.wanted = true;
    if (this.ready && !this.begun && !this.destroyed) this.start();
    return this;
  }

  protected open(options: ConnectOptions): this {
    this.wanted = true;
    const transport = this.channel.transport as Socket;
    for (const event of FORWARDED) transport.on(event, (...values: unknown[]) => this.emit(event, ...values));
    transport.once('connect', this.transportReady);
    transport.connect(options as Parameters<Socket['connect']>[0] & object);
    return this;
  }

  override _read(): void {
    if (this.begun) this.channel.resume();
    else this._start();
  }

  override pause(): this {
    this.staticRead?.pause();
    return super.pause();
  }

  /** With `onread` nothing is ever pushed, so that the stream itself would not ask for more. */
  override resume(): this {
    super.resume();
    if (this.staticRead?.resume() === true && this.begun) this.channel.resume();
    return this;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, callback: Done): void {
    this.send([bytesOf(chunk, encoding)], callback);
  }

  override _writev(chunks: QueuedChunk[], callback: Done): void {
    this.send(joined(chunks), callback);
  }

  override _final(callback: Done): void {
    if (!this.secureConnecting) {
      this.channel.end(callback);
      return;
    }
    this.finishing = callback;
    this._start();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    setConnecting(this, false);
    this.idle.stop();
    const { early } = this;
    this.early = null;
    this.finishing = null;
    // In this order `error` comes before `close`, however fast the transport is.
    callback(error);
    this.channel.transport.off('connect', this.transportReady);
    this.channel.destroy(error);
    if (early !== null) process.nextTick(early.done, error ?? closedBeforeConnection());
    this.reportClose = () => this.emit('close', error !== null);
    if (this.transportClosed || !this.ownsTransport) process.nextTick(() => this.afterClose());
  }

  override destroySoon(): void {
    const close = (): void => {
      this.channel.lingers = true;
      this.destroy();
    };
    if (this.writable) this.end();
    if (this.writableFinished) close();
    else this.once('finish', close);
  }

  override resetAndDestroy(): this {
    const transport = this.channel.transport as Partial<Socket>;
    transport.resetAndDestroy?.();
    return this.destroy();
  }

  /** `timeout` is emitted after so many milliseconds without a byte in either direction; 0 turns it off. */
  override setTimeout(milliseconds: number, callback?: () => void): this {
    if (this.destroyed) return this;
    (this as { timeout?: number }).timeout = checkMilliseconds(milliseconds);
    this.idle.set(milliseconds, () => this.emit('timeout'));
    if (callback === undefined) return this;
    if (typeof callback !== 'function') throw invalidArgType('callback', ['function'], callback);
    return milliseconds === 0 ? this.off('timeout', callback) : this.once('timeout', callback);
  }

  /** What Node's http calls when it has moved bytes itself. */
  _unrefTimer(): void {
    this.idle.refresh();
  }

  override address(): ReturnType<Socket['address']> {
    return (this.channel.transport as Partial<Socket>).address?.() ?? {};
  }

  override ref(): this {
    (this.channel.transport as Partial<Socket>).ref?.();
    return this;
  }

  override unref(): this {
    (this.channel.transport as Partial<Socket>).unref?.();
    return this;
  }

  override setNoDelay(noDelay?: boolean): this {
    (this.channel.transport as Partial<Socket>).setNoDelay?.(noDelay);
    return this;
  }

  override setKeepAlive(enable?: boolean, initialDelay?: number): this {
    (this.channel.transport as Partial<Socket>).setKeepAlive?.(enable, initialDelay);
    return this;
  }

  private adopt(socket: Duplex): void {
    // The end of one direction is for TLS to judge, and our last words come after the peer's.
    socket.allowHalfOpen = true;
    const { connecting, pending } = socket as Partial<Socket>;
    if (connecting === true || (pending === true && !socket.destroyed)) {
      setConnecting(this, true);
      socket.once('connect', this.transportReady);
    } else process.nextTick(() => this.prepared());
  }

  private readonly transportReady = (): void => {
    setConnecting(this, false);
    this.emit('connect');
    this.emit('ready');
    this.prepared();
  };

  private prepared(): void {
    this.ready = true;
    if (this.wanted) this._start();
  }

  private start(): void {
    this.begun = true;
    const { destroyed, errored } = this.channel.transport;
    if (destroyed) {
      this.destroy(errored ?? undefined);
      return;
    }
    try {
      this.channel.start(this.createEngine());
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  private send(pieces: readonly Uint8Array[], done: Done): void {
    if (!this.secureConnecting) {
      this.channel.write(pieces, done);
      return;
    }
    this.early = { pieces, done };
    this._start();
  }

  private owner(): ChannelOwner {
    return {
      onSecure: () => this.secure(),
      onData: (bytes) => {
        this.received += bytes.length;
        return this.staticRead === null ? this.push(buffer(bytes)) : this.staticRead.take(bytes);
      },
      onEnd: () => {
        this.push(null);
        this.read(0);
      },
      onEvent: (event) => this.onEvent(event),
      onFailure: (error) => this.onFailure(error),
      onTransportError: (error) => this.destroy(error),
      onTransportClose: () => this.transportClose(),
      onActivity: () => this.idle.refresh(),
    };
  }

  private secure(): void {
    this.secureConnecting = false;
    const { early, finishing } = this;
    this.early = null;
    this.finishing = null;
    if (early !== null) this.channel.write(early.pieces, early.done);
    this.onSecure();
    if (finishing !== null && !this.destroyed) this.channel.end(finishing);
  }

  /** A transport that has said its end may go; one that has not takes us with it. */
  private transportClose(): void {
    this.transportClosed = true;
    if (this.destroyed) this.afterClose();
    else if (!this.channel.transportEnded) this.destroy();
  }

  private afterClose(): void {
    const report = this.reportClose;
    this.reportClose = null;
    report?.();
  }
}

/** Properties that a socket takes from its handle; ours are the transport's. */
const FROM_TRANSPORT = [
  'remoteAddress',
  'remoteFamily',
  'remotePort',
  'localAddress',
  'localFamily',
  'localPort',
] as const;

for (const name of FROM_TRANSPORT) {
  define(name, (stream) => (stream.channel.transport as Partial<Socket>)[name]);
}
define('bufferSize', (stream) => (stream.destroyed ? undefined : stream.writableLength));
define('pending', (stream) => stream.connecting);
define('bytesRead', (stream) => stream.received);
define('bytesWritten', (stream) => stream.channel.bytesWritten);
define('_bytesDispatched', (stream) => stream.channel.bytesWritten);

interface Inside {
  readonly channel: Channel;
  readonly received: number;
  readonly writableLength: number;
  readonly destroyed: boolean;
  readonly connecting: boolean;
}

function define(name: string, get: (stream: Inside) => unknown): void {
  Object.defineProperty(SecureStream.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: Inside) {
      return get(this);
    },
  });
}

function streamOptions(socket: Duplex | null, options: TlsSocketOptions): SocketConstructorOpts {
  const { allowHalfOpen = false, highWaterMark } = options;
  const made = { allowHalfOpen: socket === null ? allowHalfOpen : socket.allowHalfOpen };
  return highWaterMark === undefined ? made : Object.assign(made, { highWaterMark });
}

function ownTransport(options: TlsSocketOptions): Socket {
  const { noDelay, keepAlive, keepAliveInitialDelay } = options;
  const known: SocketConstructorOpts = { allowHalfOpen: true };
  return new Socket(
    Object.assign(known, { noDelay, keepAlive }, keepAliveInitialDelay !== undefined && { keepAliveInitialDelay }),
  );
}

/** net.Socket has it as a plain property that its types call read-only. */
function setConnecting(stream: Socket, connecting: boolean): void {
  (stream as { connecting: boolean }).connecting = connecting;
}

function closedBeforeConnection(): Error {
  const message = 'Socket closed before the connection was established';
  return nodeError(Error, 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION', message);
}
