import { fail } from '../errors/index.ts';

/** Receives the structure of what a codec reads, as it reads it. */
export interface FieldSink {
  /** A field of this name begins at this offset. */
  open(name: string, at: number): void;
  /** The field opened last ends at this offset; `type` is the RFC name of its type. */
  close(at: number, value: unknown, type: string): void;
}

/** A cursor over bytes that belong to somebody else. Nothing is copied. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  /** Where fields are reported to; null costs nothing. */
  readonly sink: FieldSink | null;
  /** The field being read, for errors to name. */
  field: string = '';

  constructor(bytes: Uint8Array, at: number = 0, end: number = bytes.length, sink: FieldSink | null = null) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.sink = sink;
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.bytes[this.need(1)]!;
  }

  u16(): number {
    const i = this.need(2);
    return (this.bytes[i]! << 8) | this.bytes[i + 1]!;
  }

  u24(): number {
    const i = this.need(3);
    return (this.bytes[i]! << 16) | (this.bytes[i + 1]! << 8) | this.bytes[i + 2]!;
  }

  /** The next 1 to 4 bytes as an unsigned number. */
  uint(size: number): number {
    const start = this.need(size);
    let value = 0;
    for (let i = start; i < start + size; i++) value = value * 256 + this.bytes[i]!;
    return value;
  }

  /** A view of the next `size` bytes. */
  take(size: number): Uint8Array {
    const i = this.need(size);
    return this.bytes.subarray(i, i + size);
  }

  /** A reader of the next `size` bytes alone; this one moves past them. */
  sub(size: number): Reader {
    const i = this.need(size);
    const inner = new Reader(this.bytes, i, i + size, this.sink);
    inner.field = this.field;
    return inner;
  }

  /** Fails unless everything was read. */
  done(): void {
    const over = this.end - this.at;
    if (over !== 0) fail('ERR_TLS_TRAILING_DATA', `${plural(over)} left over${this.field && ` after ${this.field}`}`);
  }

  private need(size: number): number {
    const at = this.at;
    if (this.end - at < size) this.missing(size - (this.end - at));
    this.at = at + size;
    return at;
  }

  private missing(size: number): never {
    fail('ERR_TLS_DECODE', `${this.field && `${this.field}: `}${plural(size)} missing at offset ${this.end}`);
  }
}

function plural(size: number): string {
  return size === 1 ? '1 byte is' : `${size} bytes are`;
}
