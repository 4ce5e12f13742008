import { concat } from '../../src/bytes/index.ts';
import { type Engine, settle } from '../../src/engine/index.ts';
import type { ErrorCode } from '../../src/errors/index.ts';
import type { Event } from '../../src/handshake/events.ts';
import type { Peer } from './peer.ts';

/** An engine of either role and a test peer, joined in memory. */
export class Session<P extends Peer> {
  readonly engine: Engine;
  readonly peer: P;
  readonly events: Event[] = [];
  /** All that the engine sent, and all that it received. */
  sent: Uint8Array = new Uint8Array(0);
  received: Uint8Array = new Uint8Array(0);
  /** Cuts what the peer sends into the chunks that the transport brings. */
  chunks: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];

  constructor(engine: Engine, peer: P) {
    this.engine = engine;
    this.peer = peer;
  }

  /** The engine, where it is a client. */
  get client(): Engine {
    return this.engine;
  }

  /** Moves bytes and runs tasks until nothing moves. */
  run(): this {
    while (this.turn());
    return this;
  }

  /** What the engine says it is, for a glance. */
  get code(): ErrorCode | null {
    return this.engine.error?.code ?? null;
  }

  get data(): Uint8Array {
    return concat(...this.events.flatMap((event) => (event.type === 'data' ? [event.bytes] : [])));
  }

  /** Bytes from the engine to the peer. */
  output(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let piece = this.engine.takeOutput(); piece !== null; piece = this.engine.takeOutput()) pieces.push(piece);
    const bytes = concat(...pieces);
    this.sent = concat(this.sent, bytes);
    for (let event = this.engine.takeEvent(); event !== null; event = this.engine.takeEvent()) this.events.push(event);
    return bytes;
  }

  /** Does what the engine's handshake asks its host to do. */
  protected work(): void {
    settle(this.engine, () => {});
  }

  private turn(): boolean {
    this.work();
    const bytes = this.output();
    if (bytes.length > 0) this.peer.receive(bytes);
    const answer = this.peer.take();
    this.received = concat(this.received, answer);
    for (const chunk of this.chunks(answer)) {
      this.engine.receive(chunk.slice());
      this.work();
    }
    return bytes.length > 0 || answer.length > 0;
  }
}
