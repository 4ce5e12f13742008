import { concat, Queue } from '../bytes/index.ts';
import type { Version } from '../handshake/version.ts';
import { PlainSealer, type Sealer } from '../record/index.ts';
import type { Trace } from './trace.ts';

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

/** The sending half of a connection: from messages and data to pieces for the transport. */
export class Outgoing {
  /** The most plaintext in one record. */
  maxFragment: number;
  private readonly ownMaxFragment: number;
  /** What `maxFragment` will be under the next key. */
  private nextMaxFragment: number;
  private readonly trace: Trace | null;
  private readonly pieces: Queue<Uint8Array> = new Queue();
  private readonly sealed: Uint8Array[] = [];
  private readonly plain: PlainSealer = new PlainSealer();
  private sealer: Sealer = this.plain;
  /** Handshake messages that will share records. */
  private flight: Uint8Array[] = [];
  private version: Version | null = null;

  constructor(role: 'client' | 'server', maxFragment: number, trace: Trace | null) {
    this.trace = trace;
    this.maxFragment = maxFragment;
    this.ownMaxFragment = maxFragment;
    this.nextMaxFragment = maxFragment;
    if (role === 'server') this.plain.version = 0x0303;
  }

  /** Records that the present key may still protect. */
  get left(): number {
    return this.sealer.left;
  }

  /** The peer wants no more plaintext than this in one record. More than before counts from the next key on (RFC 8449, section 4). */
  limit(size: number): void {
    this.nextMaxFragment = Math.min(size, this.ownMaxFragment);
    this.maxFragment = Math.min(this.maxFragment, this.nextMaxFragment);
  }

  take(): Uint8Array | null {
    return this.pieces.shift();
  }

  handshake(message: Uint8Array): void {
    if (this.trace !== null) this.trace.sentMessage('handshake', message);
    this.flight.push(message);
  }

  changeCipherSpec(): void {
    this.flush();
    const content = new Uint8Array([1]);
    if (this.trace !== null) this.trace.sentMessage('change_cipher_spec', content);
    this.record(CHANGE_CIPHER_SPEC, content, this.plainInstead());
  }

  alert(level: 'warning' | 'fatal', code: number): void {
    this.flush();
    const content = new Uint8Array([level === 'warning' ? 1 : 2, code]);
    if (this.trace !== null) this.trace.sentMessage('alert', content);
    this.record(ALERT, content, this.sealer);
  }

  data(plaintext: Uint8Array): void {
    const size = this.maxFragment;
    if (this.trace !== null) this.trace.sentMessage('application_data', plaintext.slice());
    for (let at = 0; at < plaintext.length; at += size) {
      const part = at === 0 && plaintext.length <= size ? plaintext : plaintext.subarray(at, at + size);
      this.record(APPLICATION_DATA, part, this.sealer);
    }
  }

  /** Sends the handshake messages that are waiting, before the key changes or anything else goes out. */
  flush(): void {
    if (this.flight.length === 0) return;
    const { flight } = this;
    this.flight = [];
    const all = flight.length === 1 ? flight[0]! : concat(...flight);
    const size = this.maxFragment;
    for (let at = 0; at < all.length; at += size) this.record(HANDSHAKE, all.subarray(at, at + size), this.sealer);
    this.plain.version = 0x0303;
  }

  install(sealer: Sealer): void {
    this.flush();
    this.sealer = sealer;
    this.maxFragment = this.nextMaxFragment;
  }

  /** Goes on without protection. */
  dropKey(): void {
    this.flush();
    this.sealer = this.plain;
  }

  /** Drops the key and what was not sealed yet; what was is the transport's. */
  clear(): void {
    this.flight = [];
    this.sealer = this.plain;
  }

  setVersion(version: Version, exchange: string | null): void {
    this.version = version;
    if (this.trace !== null) this.trace.setVersion(version, exchange);
  }

  /** TLS 1.3's change_cipher_spec is never protected; TLS 1.2's is, in a renegotiation. */
  private plainInstead(): Sealer {
    return this.version === 'TLSv1.2' ? this.sealer : this.plain;
  }

  private record(type: number, content: Uint8Array, sealer: Sealer): void {
    const { sealed } = this;
    sealer.seal(type, content, sealed);
    if (this.trace !== null) this.trace.sentRecord(concat(...sealed), sealer !== this.plain, content.slice());
    for (let i = 0; i < sealed.length; i++) this.pieces.push(sealed[i]!);
    sealed.length = 0;
  }
}
