import { createClientEngine, createServerEngine, type Engine, settle } from '../../src/engine/index.ts';
import type { ClientSettings } from '../../src/handshake/client/settings.ts';
import type { Event } from '../../src/handshake/events.ts';
import type { ServerSettings } from '../../src/handshake/server/settings.ts';

/** How bytes travel between the two ends of a pair. */
export interface PairOptions {
  /** Cuts what one end sends into the chunks that the other receives. Default: as they come. */
  readonly cut?: (bytes: Uint8Array) => Uint8Array[];
}

/** Two engines back to back, without sockets or time. */
export class Pair {
  readonly client: Engine;
  readonly server: Engine;
  readonly clientEvents: Event[] = [];
  readonly serverEvents: Event[] = [];
  private readonly cut: (bytes: Uint8Array) => Uint8Array[];

  constructor(client: ClientSettings, server: ServerSettings, options: PairOptions = {}) {
    this.client = createClientEngine(client);
    this.server = createServerEngine(server);
    this.cut = options.cut ?? ((bytes) => [bytes]);
  }

  /** Moves bytes until both ends are quiet; tasks that answer at once are run. */
  run(): this {
    for (let moved = true; moved; ) {
      moved = this.turn();
    }
    return this;
  }

  /** Runs tasks without moving bytes. */
  begin(): this {
    settle(this.client, () => {});
    settle(this.server, () => {});
    this.collect();
    return this;
  }

  /** Moves what the client has for the server, and nothing else; returns it. */
  toServer(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let bytes = this.client.takeOutput(); bytes !== null; bytes = this.client.takeOutput()) pieces.push(bytes);
    const all = new Uint8Array(Buffer.concat(pieces));
    this.deliver(all);
    return all;
  }

  /** Gives the server bytes from anywhere. */
  deliver(bytes: Uint8Array): void {
    this.server.receive(bytes.slice());
    this.begin();
  }

  /** As `run`, waiting for tasks that answer later. */
  async runLater(): Promise<this> {
    for (let idle = 0; idle < 20; ) {
      const waiting = this.client.task !== null || this.server.task !== null;
      if (this.turn() || waiting) idle = 0;
      else idle += 1;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return this;
  }

  /** Application data that this end has received. */
  received(end: 'client' | 'server'): Uint8Array {
    const events = end === 'client' ? this.clientEvents : this.serverEvents;
    return Buffer.concat(events.flatMap((event) => (event.type === 'data' ? [event.bytes] : [])));
  }

  private turn(): boolean {
    settle(this.client, () => {});
    settle(this.server, () => {});
    let moved = this.move(this.client, this.server);
    if (this.move(this.server, this.client)) moved = true;
    this.collect();
    return moved;
  }

  private collect(): void {
    for (let e = this.client.takeEvent(); e !== null; e = this.client.takeEvent()) this.clientEvents.push(e);
    for (let e = this.server.takeEvent(); e !== null; e = this.server.takeEvent()) this.serverEvents.push(e);
  }

  private move(from: Engine, to: Engine): boolean {
    let moved = false;
    for (let bytes = from.takeOutput(); bytes !== null; bytes = from.takeOutput()) {
      moved = true;
      for (const chunk of this.cut(bytes)) {
        to.receive(chunk.slice());
        settle(to, () => {});
      }
    }
    return moved;
  }
}
