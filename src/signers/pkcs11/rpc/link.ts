import type { Readable, Writable } from 'node:stream';
import { concat, EMPTY, Reader, toLatin1 } from '../../../bytes/index.ts';
import { fail, isTlsError, TlsError } from '../../../errors/index.ts';
import { plain } from '../../shared/plain.ts';
import { CryptokiError } from '../cryptoki-error.ts';
import type { Call } from './calls.ts';
import { bytes, readBytes, readUlong, u32 } from './codec.ts';

/** The two directions to whoever serves the module. */
export interface Wire {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends it by force. */
  kill(): void;
  /** Whether the event loop stays alive for it: only while an answer is awaited. */
  hold(on: boolean): void;
}

/** The one version that is spoken: every p11-kit since 0.24 falls back to it. */
const VERSION = 0;
const HEADER = 12;
/** No answer that is asked for here comes near. */
const LARGEST = 1 << 20;

interface Pending {
  readonly call: Call;
  settle(body: Uint8Array): void;
  reject(reason: unknown): void;
}

/**
 * p11-kit's remote procedure calls: a header of three 32-bit numbers (call code, length of options, length of body), then
 * both. Calls may be written before earlier ones are answered; they are carried out in order.
 */
export class RpcLink {
  private readonly wire: Wire;
  private readonly name: string;
  private readonly pending: Map<number, Pending> = new Map();
  private buffered: Uint8Array = EMPTY;
  private greeted: boolean = false;
  private code: number = 0;
  private broken: TlsError | null = null;

  constructor(wire: Wire, name: string) {
    this.wire = wire;
    this.name = name;
    wire.input.on('data', (data: Uint8Array) => this.receive(data));
    wire.input.on('error', () => this.lose());
    wire.input.on('close', () => this.lose());
    wire.output.on('error', () => this.lose());
    wire.hold(false);
    wire.output.write(new Uint8Array([VERSION]));
  }

  /** Rejects with a CryptokiError, with ERR_TLS_KEY_MODULE if nobody ever answered, or with ERR_TLS_KEY_DEVICE. */
  call<T>(call: Call, body: Uint8Array, parse: (reader: Reader) => T): Promise<T> {
    if (this.broken !== null) return Promise.reject(this.broken);
    return new Promise<T>((resolve, reject) => {
      this.code += 1;
      const settle = (answer: Uint8Array): void => this.parse(call, answer, parse, resolve, reject);
      this.pending.set(this.code, { call, settle, reject });
      this.wire.hold(true);
      const message = concat(u32(call.id), bytes(call.request), body);
      const frame = concat(u32(this.code), u32(0), u32(message.length), message);
      message.fill(0);
      // There may be a PIN in it.
      this.wire.output.write(frame, () => frame.fill(0));
    });
  }

  end(): void {
    this.wire.output.end();
  }

  destroy(): void {
    this.wire.kill();
    this.lose();
  }

  private receive(data: Uint8Array): void {
    if (this.broken !== null) return;
    this.buffered = this.buffered.length === 0 ? plain(data) : concat(this.buffered, data);
    if (!this.greeted) this.greet();
    for (let answer = this.nextAnswer(); answer !== null; answer = this.nextAnswer()) {
      const pending = this.pending.get(answer.code);
      this.pending.delete(answer.code);
      if (this.pending.size === 0) this.wire.hold(false);
      if (pending === undefined) this.fail(`${this.name} answered what nobody asked`);
      else pending.settle(answer.body);
    }
  }

  private greet(): void {
    this.greeted = true;
    const version = this.buffered[0]!;
    this.buffered = this.buffered.subarray(1);
    if (version !== VERSION) this.fail(`${this.name} speaks version ${version} of p11-kit's protocol`);
  }

  private nextAnswer(): { readonly code: number; readonly body: Uint8Array } | null {
    if (this.broken !== null || this.buffered.length < HEADER) return null;
    const reader = new Reader(this.buffered);
    const code = reader.uint(4);
    const options = reader.uint(4);
    const body = reader.uint(4);
    if (options > LARGEST || body > LARGEST) {
      this.fail(`${this.name} does not speak p11-kit's protocol`);
      return null;
    }
    const size = HEADER + options + body;
    if (this.buffered.length < size) return null;
    const answer = { code, body: this.buffered.slice(HEADER + options, size) };
    this.buffered = this.buffered.subarray(size);
    return answer;
  }

  private parse<T>(
    call: Call,
    answer: Uint8Array,
    parse: (reader: Reader) => T,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ): void {
    try {
      const reader = new Reader(answer);
      const id = reader.uint(4);
      const signature = readBytes(reader) ?? EMPTY;
      if (id === 0) throw new CryptokiError(readUlong(reader), call.name);
      if (id !== call.id || toLatin1(signature) !== call.response) fail('ERR_TLS_DECODE', 'another call');
      resolve(parse(reader));
    } catch (error) {
      if (isTlsError(error)) {
        reject(new TlsError('ERR_TLS_KEY_DEVICE', { detail: `${this.name} answered ${call.name} unintelligibly` }));
        this.destroy();
      } else reject(error);
    }
  }

  private fail(detail: string): void {
    this.broken = new TlsError('ERR_TLS_KEY_MODULE', { detail });
    this.destroy();
  }

  private lose(): void {
    const code = this.greeted ? 'ERR_TLS_KEY_DEVICE' : 'ERR_TLS_KEY_MODULE';
    const what = this.greeted ? 'has ended' : 'ended before it answered: it says why when it is started by hand';
    this.broken ??= new TlsError(code, { detail: `${this.name} ${what}` });
    for (const { reject } of this.pending.values()) reject(this.broken);
    this.pending.clear();
    this.wire.hold(false);
  }
}
