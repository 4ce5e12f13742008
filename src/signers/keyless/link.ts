import type { Duplex } from 'node:stream';
import { concat, EMPTY } from '../../bytes/index.ts';
import { isTlsError, TlsError } from '../../errors/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import {
  bodySize,
  decodePacket,
  ERRORS,
  encodePacket,
  HEADER_SIZE,
  KEY_NOT_FOUND,
  keyIdOf,
  OPCODE,
  type Packet,
} from './packet.ts';

interface Pending {
  resolve(payload: Uint8Array): void;
  reject(reason: unknown): void;
}

/** The connection to a key server. Answers find their questions by number, in any order. */
export class KeylessLink {
  private readonly connect: () => Awaitable<Duplex>;
  private readonly keyId: Uint8Array;
  private readonly name: string;
  private stream: Promise<Duplex> | null = null;
  private readonly pending: Map<number, Pending> = new Map();
  private lastId: number = 0;

  constructor(connect: () => Awaitable<Duplex>, spki: Uint8Array, name: string) {
    this.connect = connect;
    this.keyId = keyIdOf(spki);
    this.name = name;
  }

  async ask(opcode: number, payload: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    this.stream ??= this.open();
    const stream = await this.stream;
    return new Promise((resolve, reject) => {
      this.lastId = (this.lastId + 1) % 2 ** 32;
      const id = this.lastId;
      this.pending.set(id, { resolve, reject });
      signal.addEventListener('abort', () => this.pending.delete(id));
      stream.write(encodePacket(id, opcode, payload, this.keyId));
    });
  }

  close(): void {
    this.stream?.then(
      (stream) => stream.destroy(),
      () => {},
    );
    this.stream = null;
  }

  private async open(): Promise<Duplex> {
    let stream: Duplex;
    try {
      stream = await this.connect();
    } catch (cause) {
      this.stream = null;
      const detail = `the server of the ${this.name} cannot be reached: ${String((cause as { message?: unknown }).message)}`;
      throw new TlsError('ERR_TLS_KEY_MODULE', { detail, cause });
    }
    let buffered: Uint8Array = EMPTY;
    stream.on('data', (data: Uint8Array) => {
      buffered = concat(buffered, data);
      for (let size = sizeOf(buffered); size !== null && buffered.length >= size; size = sizeOf(buffered)) {
        if (size === 0 || !this.receive(buffered.slice(0, size))) {
          stream.destroy();
          return;
        }
        buffered = buffered.subarray(size);
      }
    });
    stream.on('error', () => {});
    stream.on('close', () => this.lose());
    return stream;
  }

  /** False where the server does not speak the protocol. */
  private receive(bytes: Uint8Array): boolean {
    let packet: Packet;
    try {
      packet = decodePacket(bytes);
    } catch (error) {
      if (isTlsError(error)) return false;
      throw error;
    }
    const pending = this.pending.get(packet.id);
    this.pending.delete(packet.id);
    if (packet.opcode === OPCODE.response) pending?.resolve(packet.payload);
    else pending?.reject(this.refusal(packet));
    return true;
  }

  private refusal({ opcode, payload }: Packet): TlsError {
    const reason = opcode === OPCODE.error ? payload[payload.length - 1]! : 0;
    const code = reason === KEY_NOT_FOUND ? 'ERR_TLS_KEY_NOT_FOUND' : 'ERR_TLS_KEY_DEVICE';
    return new TlsError(code, { detail: `${this.name}: the server says that ${ERRORS[reason] ?? 'it failed'}` });
  }

  private lose(): void {
    this.stream = null;
    const error = new TlsError('ERR_TLS_KEY_DEVICE', { detail: `${this.name}: the server hung up` });
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** Of the first packet; null where its header is not whole, 0 where it is none. */
function sizeOf(buffered: Uint8Array): number | null {
  if (buffered.length < HEADER_SIZE) return null;
  const body = bodySize(buffered);
  return body === null ? 0 : HEADER_SIZE + body;
}
