import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Engine, type Patience, settle } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { Event } from '../../handshake/events.ts';
import { nodeError } from './node-error.ts';
import { inTurn } from './turns.ts';

/** How much is sealed before the transport is asked to take it, in bytes: 16 full records. */
const BATCH = 262_144;
const FULL_RECORD = 16_384;
/** Pieces of up to so many bytes are joined before they are written. */
const SMALL = 2048;
/** After a fatal alert of ours: how long, in milliseconds, and how many bytes the peer may take to hear of it. */
const LINGER_MS = 1000;
const LINGER_BYTES = 262_144;

export type Done = (error?: Error | null) => void;

/** Who is told what happens on a channel. All calls are synchronous; every one may end the channel. */
export interface ChannelOwner {
  onSecure(): void;
  /** False: no more data until `resume`. The bytes are the owner's. */
  onData(bytes: Uint8Array): boolean;
  /** The peer will send nothing more. */
  onEnd(): void;
  /** Sessions, lines for a key log, what a trace has. */
  onEvent(event: Event): void;
  /** The engine has failed, after all that came before was delivered. Its alert is on its way. */
  onFailure(error: TlsError): void;
  onTransportError(error: Error): void;
  /** The transport is gone, whoever closed it. */
  onTransportClose(): void;
  /** Bytes have come or gone. */
  onActivity(): void;
}

/** Carries bytes between an engine and any Duplex, with back-pressure in both directions. */
export class Channel implements Patience {
  readonly transport: Duplex;
  /** Milliseconds that a signature may take. */
  readonly signTimeout: number;
  engine: Engine | null = null;
  /** Whether the peer is given time to take what was sent although `destroy` is called. */
  lingers: boolean = false;
  /** Whether the transport has said that nothing more will come. */
  transportEnded: boolean = false;
  /** The first byte that came; -1 if none did. */
  firstByte: number = -1;
  /** What went to the transport, in bytes. */
  bytesWritten: number = 0;
  /** The most plaintext that one record is given, in bytes. */
  maxSendFragment: number = FULL_RECORD;
  private readonly owner: ChannelOwner;
  /** Whether the transport hands out memory that nobody uses again. */
  private readonly fresh: boolean;
  private turning: boolean = false;
  /** The owner takes no more data. */
  private blocked: boolean = false;
  /** The owner has asked for data since it was last given some. */
  private hungry: boolean = false;
  /** The transport is not read. */
  private paused: boolean = false;
  /** The peer has ended. */
  private ended: boolean = false;
  private failed: boolean = false;
  /** Part of a handshake that has come, while others have their turn. */
  private waiting: Uint8Array | null = null;
  private gone: boolean = false;
  /** The write that is under way, how far it is sealed, and whether all that is sealed was handed over. */
  private pieces: readonly Uint8Array[] = [];
  private piece: number = 0;
  private offset: number = 0;
  private sealed: boolean = false;
  private done: Done | null = null;
  private patience: NodeJS.Timeout | null = null;

  constructor(transport: Duplex, owner: ChannelOwner, signTimeout: number) {
    this.transport = transport;
    this.owner = owner;
    this.signTimeout = signTimeout;
    this.fresh = transport instanceof Socket;
    transport.on('error', this.transportError);
    transport.on('close', this.transportClose);
  }

  /** Begins the handshake. The transport is connected. */
  start(engine: Engine): void {
    if (this.gone) return;
    this.engine = engine;
    const { transport } = this;
    transport.on('end', this.transportEnd);
    transport.on('data', this.receive);
    if (transport.readableEnded) this.transportEnd();
    else {
      // Whoever paused it before there was TLS on it wanted no plaintext.
      transport.resume();
      this.turn();
    }
  }

  /** TLS 1.2: begins another handshake, or asks the client to. Fails with ERR_TLS_STATE. */
  renegotiate(): void {
    this.engine!.renegotiate();
    this.turn();
  }

  /** Sends application data; `done` is called when the transport has taken it all. The engine is writable. */
  write(pieces: readonly Uint8Array[], done: Done): void {
    this.pieces = pieces;
    this.piece = 0;
    this.offset = 0;
    this.done = done;
    this.more();
  }

  /** Sends close_notify and ends the transport; `done` is called when it has taken everything. */
  end(done: Done): void {
    this.engine!.close();
    this.flush(null);
    if (this.transport.writable) this.transport.end(done);
    else done();
  }

  /** The owner takes data (again). */
  resume(): void {
    this.hungry = true;
    if (!this.blocked) return;
    this.blocked = false;
    this.turn();
  }

  /**
   * Ends both engine and transport. If a fatal alert of ours is under way the transport is half-closed and read for a
   * moment: closing it with bytes unread, such as tickets, would make a reset that overtakes the alert.
   */
  destroy(reason: Error | null): void {
    if (this.gone) return;
    const { engine, transport } = this;
    const alerting = engine !== null && engine.state === 'failed' && engine.error!.alert !== null;
    if (engine !== null) {
      engine.destroy(reason ?? undefined);
      if (!transport.destroyed) this.flush(null);
    }
    this.gone = true;
    this.waiting = null;
    this.calm();
    const { done } = this;
    this.done = null;
    this.pieces = [];
    if (done !== null) process.nextTick(done, reason ?? nodeError(Error, 'ERR_SOCKET_CLOSED', 'Socket is closed'));
    transport.off('data', this.receive);
    transport.off('end', this.transportEnd);
    if ((alerting || this.lingers) && !transport.destroyed) this.linger();
    else transport.destroy();
  }

  /** Part of `Patience`: an engine waits for one signature at a time. */
  after(ms: number, then: () => void): () => void {
    this.patience = setTimeout(then, ms);
    return this.calm;
  }

  /** Part of `Patience`. */
  inTurn(work: () => void): void {
    inTurn(work);
  }

  private readonly calm = (): void => {
    if (this.patience !== null) clearTimeout(this.patience);
    this.patience = null;
  };

  private readonly wake = (): void => {
    if (!this.gone) this.turn();
  };

  private readonly receive = (chunk: unknown): void => {
    this.owner.onActivity();
    if (this.ended) return;
    if (!(chunk instanceof Uint8Array)) {
      const message = 'Stream has StringDecoder set or is in objectMode';
      this.owner.onTransportError(nodeError(Error, 'ERR_STREAM_WRAP', message));
      return;
    }
    if (this.firstByte < 0) this.firstByte = chunk[0] ?? -1;
    this.catchUp();
    if (this.gone) return;
    this.waiting = this.fresh ? chunk : new Uint8Array(chunk);
    if (this.engine!.state !== 'handshaking') this.catchUp();
    else if (!inTurn(this.catchUp)) {
      this.paused = true;
      this.transport.pause();
    }
  };

  private readonly catchUp = (): void => {
    const bytes = this.waiting;
    if (bytes === null) return;
    this.waiting = null;
    this.engine!.receive(bytes);
    this.turn();
  };

  private readonly transportEnd = (): void => {
    this.catchUp();
    if (this.gone) return;
    this.transportEnded = true;
    this.engine!.receiveEnd();
    this.turn();
  };

  private readonly transportError = (error: Error): void => {
    this.catchUp();
    if (!this.gone) this.owner.onTransportError(error);
  };

  private readonly transportClose = (): void => {
    this.catchUp();
    this.owner.onTransportClose();
  };

  /** Does all that has become possible, and writes to the transport once at its end. */
  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    try {
      if (this.engine!.task !== null) settle(this.engine!, this.wake, this);
      this.deliver();
    } finally {
      this.turning = false;
      if (!this.gone) this.flush(this.sealed ? this.more : null);
    }
    if (!this.gone) this.steer();
  }

  private deliver(): void {
    const engine = this.engine!;
    const { owner } = this;
    while (!this.blocked && !this.gone) {
      const event = engine.takeEvent();
      if (event === null) break;
      if (event.type === 'data') {
        this.hungry = false;
        const more = owner.onData(event.bytes);
        this.blocked = !more && !this.hungry;
      } else if (event.type === 'secure') owner.onSecure();
      else if (event.type === 'end') {
        this.ended = true;
        owner.onEnd();
      } else owner.onEvent(event);
    }
    if (this.blocked || this.gone || this.failed || engine.state !== 'failed') return;
    this.failed = true;
    owner.onFailure(engine.error!);
  }

  /** Reads the transport or not. After the peer's end what it brings is dropped, but its close is seen. */
  private steer(): void {
    const pause = !this.ended && (this.blocked || !this.engine!.wantsInput);
    if (pause === this.paused) return;
    this.paused = pause;
    if (pause) this.transport.pause();
    else this.transport.resume();
  }

  /** Seals the next part of the write that is under way, or reports that there is none. */
  private readonly more = (error?: Error | null): void => {
    const { done } = this;
    if (done === null) return;
    this.sealed = false;
    if (error || this.piece === this.pieces.length || !this.engine!.writable) {
      this.done = null;
      this.pieces = [];
      done(error ?? (this.engine!.writable ? null : ended()));
      return;
    }
    this.owner.onActivity();
    this.seal(BATCH);
    this.sealed = true;
    if (!this.turning) this.flush(this.more);
  };

  private seal(most: number): void {
    let room = most;
    while (room > 0 && this.piece < this.pieces.length) {
      const piece = this.pieces[this.piece]!;
      const end = Math.min(piece.length, this.offset + room);
      this.send(end - this.offset === piece.length ? piece : piece.subarray(this.offset, end));
      room -= end - this.offset;
      this.offset = end;
      if (end < piece.length) return;
      this.piece += 1;
      this.offset = 0;
    }
  }

  private send(bytes: Uint8Array): void {
    const size = this.maxSendFragment;
    if (size >= FULL_RECORD) {
      if (bytes.length > 0) this.engine!.send(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += size) this.engine!.send(bytes.subarray(at, at + size));
  }

  /** Hands all output to the transport in one go. */
  private flush(done: Done | null): void {
    const engine = this.engine!;
    const { transport } = this;
    this.sealed = false;
    let piece = engine.takeOutput();
    if (piece === null || !transport.writable) {
      while (piece !== null) piece = engine.takeOutput();
      if (done !== null) done(transport.writable ? null : ended());
      return;
    }
    const parts = gather(engine, piece);
    const last = parts.length - 1;
    if (last > 0) transport.cork();
    for (let i = 0; i <= last; i++) {
      const part = parts[i]!;
      this.bytesWritten += part.length;
      if (i === last && done !== null) transport.write(part, done);
      else transport.write(part);
    }
    if (last > 0) transport.uncork();
  }

  private linger(): void {
    const { transport } = this;
    const end = (): void => {
      transport.destroy();
    };
    const timer = setTimeout(end, LINGER_MS).unref();
    let dropped = 0;
    transport.on('close', () => clearTimeout(timer));
    transport.on('data', (chunk: Uint8Array) => {
      dropped += chunk.length;
      if (dropped > LINGER_BYTES) end();
    });
    if (transport.readableEnded) transport.end(end);
    else transport.on('end', end).end();
    transport.resume();
  }
}

/**
 * All output, with small pieces joined: a header, a tag and the next header cost more as writes of their own than as
 * a copy, and a whole flight is then one write.
 */
function gather(engine: Engine, first: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  for (let piece: Uint8Array | null = first; piece !== null; piece = engine.takeOutput()) {
    if (piece.length <= SMALL) {
      small.push(piece);
      continue;
    }
    if (small.length > 0) parts.push(join(small));
    small = [];
    parts.push(piece);
  }
  if (small.length > 0) parts.push(join(small));
  return parts;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function ended(): Error {
  return nodeError(Error, 'EPIPE', 'This socket has been ended by the other party');
}
