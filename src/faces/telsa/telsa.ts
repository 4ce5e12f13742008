import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createClientEngine } from '../../engine/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { ClientSettings } from '../../handshake/client/settings.ts';
import { Channel, type ChannelOwner, type Done } from '../node/channel.ts';
import { settingsFrom, type TelsaOptions } from './options.ts';

/** Milliseconds that a signature may take. */
const SIGN_TIMEOUT = 10_000;

type Debug = (format: string, ...values: unknown[]) => void;
let debug: Debug | null = null;

/** The debug module's `telsa` namespace, loaded with the first connection. */
function log(format: string, ...values: unknown[]): void {
  debug ??= (createRequire(import.meta.url)('debug') as (namespace: string) => Debug)('telsa');
  debug(format, ...values);
}

interface Write {
  readonly pieces: readonly Uint8Array[];
  readonly done: Done;
}

/**
 * A TLS client as a Duplex. `connect` is emitted once, after the handshake; what is written before is kept. Either side's
 * close_notify closes both directions at once.
 */
export class Telsa extends Duplex {
  /** The transport: the `socket` given, or one of our own. */
  readonly socket: Duplex;
  private readonly channel: Channel;
  private readonly settings: ClientSettings;
  private secure: boolean = false;
  private closing: boolean = false;
  private early: Write | null = null;
  private finishing: Done | null = null;

  /** Throws for a missing or wrong option, naming it. */
  constructor(options: TelsaOptions) {
    super({ allowHalfOpen: false });
    this.settings = settingsFrom(options);
    this.socket = options.socket ?? ownSocket(options);
    // Whether one direction has ended is for TLS to judge, and our last words come after the peer's.
    this.socket.allowHalfOpen = true;
    this.channel = new Channel(this.socket, this.owner(), SIGN_TIMEOUT);
    if ((this.socket as Partial<Socket>).connecting === true) this.socket.once('connect', () => this.start());
    else process.nextTick(() => this.start());
  }

  override _read(): void {
    this.channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.send({ pieces: [chunk], done });
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.send({ pieces: [Buffer.concat(chunks.map(({ chunk }) => chunk))], done });
  }

  /** Sends close_notify and closes both sides, without waiting for the peer's. */
  override _final(done: Done): void {
    if (this.secure) this.finish(done);
    else this.finishing = done;
  }

  override _destroy(error: Error | null, done: Done): void {
    log(error === null ? 'destroyed' : 'destroyed: %s', error?.message);
    this.channel.destroy(error);
    done(error);
  }

  private start(): void {
    if (this.destroyed) return;
    log('handshake with %s', this.settings.serverName);
    this.channel.start(createClientEngine(this.settings));
  }

  private send(write: Write): void {
    if (!this.secure) this.early = write;
    else if (this.closing) write.done(null);
    else this.channel.write(write.pieces, write.done);
  }

  private finish(done: Done): void {
    const end = (error?: Error | null): void => {
      done(error ?? null);
      this.endOfData();
    };
    if (this.closing) {
      end();
      return;
    }
    this.closing = true;
    log('close_notify sent');
    this.channel.end(end);
  }

  /** Nothing is delivered any more; somebody who never read learns of the end all the same. */
  private endOfData(): void {
    if (this.readableEnded || this.destroyed) return;
    this.push(null);
    if (this.readableFlowing !== true) this.resume();
  }

  private owner(): ChannelOwner {
    return {
      onSecure: () => this.opened(),
      onData: (bytes) => this.closing || this.push(bytes),
      onEnd: () => this.peerClosed(),
      onEvent: (event) => {
        if (event.type === 'alert') log('alert from %s: %s %s', event.from, event.level, event.name);
      },
      onFailure: (error) => this.destroy(error),
      onTransportError: (error) => this.destroy(error),
      onTransportClose: () => {
        if (!this.secure && !this.destroyed)
          this.destroy(new TlsError('ERR_TLS_TRUNCATED', { detail: 'during the handshake' }));
        else if (!this.closing) this.peerClosed();
      },
      onActivity: () => {},
    };
  }

  private opened(): void {
    this.secure = true;
    const { version, suite } = this.channel.engine!.facts;
    log('open: %s, %s', version, suite?.name);
    const { early, finishing } = this;
    this.early = null;
    this.finishing = null;
    this.emit('connect');
    if (this.destroyed) return;
    if (early !== null) this.send(early);
    if (finishing !== null) this.finish(finishing);
  }

  /** The peer's close_notify is answered at once (RFC 5246, section 7.2.1), and both sides are closed. */
  private peerClosed(): void {
    if (this.closing || this.destroyed) return;
    this.closing = true;
    log('close_notify received');
    this.channel.end((error) => {
      if (error) this.destroy(error);
      else this.push(null);
    });
  }
}

function ownSocket({ host, port }: TelsaOptions): Socket {
  if (!(Number.isInteger(port) && port! > 0 && port! < 65_536)) {
    throw new TlsError('ERR_TLS_CONFIG', { detail: `port is ${port}; it takes a number from 1 to 65535` });
  }
  return new Socket({ allowHalfOpen: true }).connect({ host, port: port! });
}
