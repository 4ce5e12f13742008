import { concat } from '../../src/bytes/index.ts';
import { type ClientOptions, clientSettings } from '../../src/config/client.ts';
import { createClientEngine, type Engine, settle } from '../../src/engine/index.ts';
import type { ErrorCode } from '../../src/errors/index.ts';
import type { Event } from '../../src/handshake/events.ts';
import { countedProvider } from './deterministic.ts';
import type { Peer } from './peer.ts';
import { accepting } from './verifiers.ts';

/** A client whose random numbers are the same each time, who believes everybody and resumes nothing. */
export function countedClient(options: Partial<ClientOptions> = {}): Engine {
  const provider = options.provider ?? countedProvider('client');
  const now = (): number => 1_700_000_000_000;
  const settings = { provider, verifier: accepting, now, serverName: 'localhost', sessions: null, ...options };
  return createClientEngine(clientSettings(settings));
}

/** A client engine and a test peer, joined in memory. */
export class Session<P extends Peer> {
  readonly client: Engine;
  readonly peer: P;
  readonly events: Event[] = [];
  /** All that the client sent, and all that it received. */
  sent: Uint8Array = new Uint8Array(0);
  received: Uint8Array = new Uint8Array(0);
  /** Cuts what the peer sends into the chunks that the transport brings. */
  chunks: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];

  constructor(client: Engine, peer: P) {
    this.client = client;
    this.peer = peer;
  }

  /** Moves bytes and runs tasks until nothing moves. */
  run(): this {
    while (this.turn());
    return this;
  }

  /** What the client says it is, for a glance. */
  get code(): ErrorCode | null {
    return this.client.error?.code ?? null;
  }

  get data(): Uint8Array {
    return concat(...this.events.flatMap((event) => (event.type === 'data' ? [event.bytes] : [])));
  }

  /** Bytes from the client to the peer. */
  output(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let piece = this.client.takeOutput(); piece !== null; piece = this.client.takeOutput()) pieces.push(piece);
    const bytes = concat(...pieces);
    this.sent = concat(this.sent, bytes);
    for (let event = this.client.takeEvent(); event !== null; event = this.client.takeEvent()) this.events.push(event);
    return bytes;
  }

  /** Does what the client's handshake asks its host to do. */
  protected work(): void {
    settle(this.client, () => {});
  }

  private turn(): boolean {
    this.work();
    const bytes = this.output();
    if (bytes.length > 0) this.peer.receive(bytes);
    const answer = this.peer.take();
    this.received = concat(this.received, answer);
    for (const chunk of this.chunks(answer)) {
      this.client.receive(chunk.slice());
      this.work();
    }
    return bytes.length > 0 || answer.length > 0;
  }
}

/** A session that has run as far as it goes. */
export function sessionWith<P extends Peer>(peer: P, options: Partial<ClientOptions> = {}): Session<P> {
  return new Session(countedClient(options), peer).run();
}
