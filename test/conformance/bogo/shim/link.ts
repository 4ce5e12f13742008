import { createConnection, type Socket } from 'node:net';
import { type Engine, settle } from '../../../../src/engine/index.ts';
import type { Event } from '../../../../src/handshake/events.ts';
import type { Config } from './flags.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Opens a connection to the runner and says which shim this is. */
export function dial(config: Config): Promise<Socket> {
  const id = Buffer.alloc(8);
  id.writeBigUInt64LE(BigInt(config['shim-id']));
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: config.ipv6 ? '::1' : '127.0.0.1', port: config.port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.write(id);
      resolve(socket);
    });
  });
}

/** Half-closes, and reads until the other end has closed too: who closes at once may destroy its last alert. */
export function drain(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.removeAllListeners('data');
    socket.removeAllListeners('end');
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    if (socket.destroyed) return resolve();
    socket.on('end', () => socket.destroy());
    socket.resume();
    socket.end();
    if (socket.readableEnded) socket.destroy();
  });
}

/** An engine on a socket. `late`: bytes go one at a time both ways, and every task is settled later. */
export class Link {
  readonly engine: Engine;
  private readonly socket: Socket;
  private readonly late: boolean;
  /** Nothing is received while a task is open, which would only be kept until it is done. */
  patient: boolean = false;
  /** Is told of each event at once, before the next task begins. */
  private readonly observe: (event: Event) => void;
  private readonly events: Event[] = [];
  private readonly input: Uint8Array[] = [];
  private inputEnded: boolean = false;
  private readonly held: Uint8Array[] = [];
  /** Bytes that may still leave; the rest is held. */
  private allowance: number = Number.POSITIVE_INFINITY;
  private wake: (() => void) | null = null;

  constructor(engine: Engine, socket: Socket, late: boolean, observe: (event: Event) => void) {
    this.engine = engine;
    this.observe = observe;
    this.socket = socket;
    this.late = late;
    socket.on('data', (chunk) => {
      this.input.push(new Uint8Array(chunk));
      this.turn();
    });
    const end = (): void => {
      this.inputEnded = true;
      this.turn();
    };
    socket.on('end', end);
    socket.on('error', end);
    this.turn();
  }

  /** The next event; null when there is nothing left and nothing will come. Throws what the engine failed with. */
  async next(): Promise<Event | null> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      if (this.engine.error !== null) throw this.engine.error;
      if (this.engine.state === 'closed') return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  send(bytes: Uint8Array): void {
    if (this.engine.writable) this.engine.send(bytes);
    this.flush();
  }

  /** Sends early data, and returns what was too much of it. */
  sendEarly(bytes: Uint8Array): Uint8Array {
    const taken = this.engine.sendEarly(bytes);
    this.flush();
    return bytes.subarray(taken);
  }

  /** Lets only so many bytes leave until `release`. */
  hold(bytes: number): void {
    this.allowance = bytes;
  }

  release(): void {
    this.allowance = Number.POSITIVE_INFINITY;
    this.flush();
  }

  /**
   * Sends what the engine has for the other end, at once: a socket that is written to after the runner has gone is
   * destroyed, together with what the runner said before.
   */
  flush(): void {
    this.socket.cork();
    for (let bytes = this.engine.takeOutput(); bytes !== null; bytes = this.engine.takeOutput()) this.held.push(bytes);
    while (this.held.length > 0 && this.allowance > 0) {
      const bytes = this.held.shift()!;
      const now = bytes.subarray(0, this.allowance);
      if (now.length < bytes.length) this.held.unshift(bytes.subarray(now.length));
      this.allowance -= now.length;
      this.write(now);
    }
    this.socket.uncork();
  }

  private write(bytes: Uint8Array): void {
    if (!this.socket.writable) return;
    if (!this.late) this.socket.write(bytes);
    else for (let at = 0; at < bytes.length; at++) this.writeByte(bytes.subarray(at, at + 1));
  }

  /** By itself, although more is to come. */
  private writeByte(byte: Uint8Array): void {
    this.socket.write(byte);
    this.socket.uncork();
    this.socket.cork();
  }

  private turn(): void {
    this.settle();
    while (this.engine.wantsInput && this.input.length > 0 && !(this.patient && this.engine.task !== null)) {
      this.receive();
      this.settle();
    }
    if (this.inputEnded && this.input.length === 0) this.engine.receiveEnd();
    this.collect();
  }

  private receive(): void {
    const [first] = this.input;
    if (!this.late || first!.length === 1) this.input.shift();
    else this.input[0] = first!.subarray(1);
    this.engine.receive(this.late ? first!.slice(0, 1) : first!);
  }

  private settle(): void {
    this.take();
    if (this.late) void this.settleLate();
    else settle(this.engine, () => this.turn());
    this.flush();
  }

  private async settleLate(): Promise<void> {
    const { engine } = this;
    const { task } = engine;
    if (task === null || task.started) return;
    task.started = true;
    await tick();
    try {
      const answer = await task.run(task);
      await tick();
      engine.resume(task, answer);
    } catch (reason) {
      await tick();
      engine.reject(task, reason);
    }
    this.turn();
  }

  private collect(): void {
    this.flush();
    this.take();
    const { wake } = this;
    this.wake = null;
    if (wake !== null) wake();
  }

  /** Takes the engine's events, and tells of them. */
  take(): void {
    for (let event = this.engine.takeEvent(); event !== null; event = this.engine.takeEvent()) {
      this.events.push(event);
      this.observe(event);
    }
  }
}
