import { concat } from '../../src/bytes/index.ts';
import type { SchemeInfo } from '../../src/crypto/index.ts';
import { ALERTS, type AlertName, isTlsError } from '../../src/errors/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { Inbox } from '../../src/handshake/inbox.ts';
import type { Version } from '../../src/handshake/version.ts';
import { Deframer, HEADER_SIZE, type Opener, PlainSealer, type Sealer } from '../../src/record/index.ts';
import { type Codec, decode, type Extension, encode, frame } from '../../src/wire/index.ts';

/** One record that the engine under test sent. */
export interface SentRecord {
  /** The type on the wire. */
  readonly type: number;
  /** The type within, where the record is protected. */
  readonly inner: number;
  readonly version: number;
  readonly content: Uint8Array;
}

/**
 * The other end of a connection for tests, made of the same wire, schedule and record rooms, which other tests hold
 * to independent vectors. It sends whatever a test wants, in any order, cut anywhere; it is polite only by default.
 */
export abstract class Peer {
  /** What came: messages with their headers, alerts, data, and every record. */
  readonly messages: Uint8Array[] = [];
  readonly alerts: { readonly level: number; readonly name: AlertName }[] = [];
  readonly records: SentRecord[] = [];
  data: Uint8Array = new Uint8Array(0);
  /** It could not understand what came, as happens where one end was misled; it is silent from then on. */
  lost: boolean = false;
  /** Cuts the handshake bytes that one key protects into records. Default: as few as possible. */
  cut: (bytes: Uint8Array) => readonly Uint8Array[] = bySize(16_384);
  protected sealer: Sealer = plainSealer();
  protected opener: Opener | null = null;
  private readonly deframer: Deframer = new Deframer();
  private readonly inbox: Inbox = new Inbox(0xffffff);
  private flight: Uint8Array[] = [];
  private out: Uint8Array[] = [];

  /** Takes bytes, and answers as the script says. */
  receive(bytes: Uint8Array): void {
    if (this.lost) return;
    try {
      this.deframer.push(bytes.slice());
      for (let record = this.deframer.next(); record !== null; record = this.deframer.next()) this.read(record);
    } catch (reason) {
      if (!isTlsError(reason)) throw reason;
      this.lost = true;
    }
  }

  /** What is there for the engine, all in one. */
  take(): Uint8Array {
    this.flush();
    const all = concat(...this.out);
    this.out = [];
    return all;
  }

  /** Sends a handshake message together with its neighbours. */
  message(bytes: Uint8Array): void {
    this.flight.push(bytes);
  }

  /** Sends one record of whatever content. */
  record(type: number, content: Uint8Array, sealer: Sealer = this.sealer): void {
    this.flush();
    this.seal(type, content, sealer);
  }

  /** Sends a record outside of all protection. */
  plainRecord(type: number, content: Uint8Array): void {
    this.record(type, content, plainSealer());
  }

  alert(level: 'warning' | 'fatal', name: AlertName): void {
    this.record(21, new Uint8Array([level === 'warning' ? 1 : 2, ALERTS[name]]));
  }

  sendData(content: Uint8Array): void {
    this.record(23, content);
  }

  changeCipherSpec(): void {
    this.plainRecord(20, new Uint8Array([1]));
  }

  /** Puts bytes on the wire as they are. */
  raw(bytes: Uint8Array): void {
    this.flush();
    this.out.push(bytes);
  }

  flush(): void {
    const bytes = concat(...this.flight);
    this.flight = [];
    if (bytes.length > 0) for (const part of this.cut(bytes)) this.seal(22, part, this.sealer);
  }

  /** The last message of this type that came, decoded. */
  last<T>(type: number, codec: Codec<T>): T {
    const found = this.messages.filter((message) => message[0] === type).at(-1);
    if (found === undefined) throw new Error(`no message of type ${type} came`);
    return decode(codec, found.subarray(4));
  }

  /** Handshake types that came, in order. */
  get types(): readonly number[] {
    return this.messages.map((message) => message[0]!);
  }

  protected abstract onMessage(type: number, message: Uint8Array): void;

  protected onChangeCipherSpec(): void {}

  protected install(sealer: Sealer): void {
    this.flush();
    this.sealer = sealer;
  }

  private seal(type: number, content: Uint8Array, sealer: Sealer): void {
    sealer.seal(type, content, this.out);
  }

  private read(record: Uint8Array): void {
    const type = record[0]!;
    const outside = this.opener === null || (this.isTls13 && type !== 23);
    const content = outside ? record.subarray(HEADER_SIZE) : this.opener!.open(record);
    const inner = outside ? type : this.opener!.type;
    this.records.push({ type, inner, version: (record[1]! << 8) | record[2]!, content: content.slice() });
    if (inner === 20) this.onChangeCipherSpec();
    else if (inner === 21) this.alerts.push({ level: content[0]!, name: nameOf(content[1]!) });
    else if (inner === 23) this.data = concat(this.data, content);
    else this.readHandshake(content);
  }

  protected abstract readonly isTls13: boolean;

  private readHandshake(content: Uint8Array): void {
    this.inbox.push(content);
    for (let message = this.inbox.take(); message !== null; message = this.inbox.take()) {
      this.messages.push(message.slice());
      this.onMessage(message[0]!, message);
    }
  }
}

/** What a polite peer presents. */
export interface Presented {
  readonly credential: Credential;
  readonly scheme: SchemeInfo;
}

/** Signs; only with keys that answer at once. */
export function signAtOnce(
  { credential, scheme }: Presented,
  version: Version,
  message: Uint8Array,
  role: 'client' | 'server' = 'server',
): Uint8Array {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const digest = (): never => {
    throw new Error('nobody asks for the digest');
  };
  const signature = credential.key.sign({ scheme: scheme.name, message, digest, signal, context: { role, version } });
  if (!(signature instanceof Uint8Array)) throw new Error('the key of a test peer answers at once');
  return signature;
}

export function framed<T>(type: number, codec: Codec<T>, value: T): Uint8Array {
  return frame(type, encode(codec, value));
}

/** Cuts into pieces of this many bytes. */
export function bySize(size: number): (bytes: Uint8Array) => readonly Uint8Array[] {
  return (bytes) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
    return parts;
  };
}

/** Cuts in two after this many bytes; what is shorter stays whole. */
export function cutAt(position: number): (bytes: Uint8Array) => readonly Uint8Array[] {
  return (bytes) => [bytes.subarray(0, position), bytes.subarray(position)].filter((part) => part.length > 0);
}

/** Where each record begins. */
export function recordStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += 5 + ((bytes[at + 3]! << 8) | bytes[at + 4]!)) starts.push(at);
  return starts;
}

export function without(list: readonly Extension[], type: number): Extension[] {
  return list.filter((one) => one.extension_type !== type);
}

function nameOf(code: number): AlertName {
  return (Object.keys(ALERTS) as AlertName[]).find((name) => ALERTS[name] === code)!;
}

function plainSealer(): Sealer {
  const sealer = new PlainSealer();
  sealer.version = 0x0303;
  return sealer;
}
