import { fail } from '../errors/index.ts';

/** Bytes that grow at the end. */
export class Writer {
  private bytes: Uint8Array;
  private at: number = 0;
  /** The field being written, for errors to name. */
  field: string = '';

  constructor(size: number = 256) {
    this.bytes = new Uint8Array(size);
  }

  get length(): number {
    return this.at;
  }

  /** The next `size` bytes (1 to 4), big-endian. */
  uint(size: number, value: number): void {
    const start = this.room(size);
    let rest = value;
    for (let i = start + size - 1; i >= start; i--) {
      this.bytes[i] = rest;
      rest = Math.floor(rest / 256);
    }
    if (rest !== 0) fail('ERR_TLS_ENCODE', `${this.field && `${this.field}: `}${value} in ${size} bytes`);
  }

  u8(value: number): void {
    this.uint(1, value);
  }

  u16(value: number): void {
    this.uint(2, value);
  }

  u24(value: number): void {
    this.uint(3, value);
  }

  put(bytes: Uint8Array): void {
    const start = this.room(bytes.length);
    this.bytes.set(bytes, start);
  }

  /** Leaves room for a length of `size` bytes; `patch` fills it in. Returns where it stands. */
  hole(size: number): number {
    return this.room(size);
  }

  /** Writes into the hole how many bytes follow it. */
  patch(hole: number, size: number): void {
    const length = this.at - hole - size;
    let rest = length;
    for (let i = hole + size - 1; i >= hole; i--) {
      this.bytes[i] = rest;
      rest = Math.floor(rest / 256);
    }
    if (rest !== 0)
      fail('ERR_TLS_ENCODE', `${this.field && `${this.field}: `}${length} bytes behind a length of ${size} bytes`);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private room(size: number): number {
    const at = this.at;
    if (at + size > this.bytes.length) {
      const grown = new Uint8Array(Math.max(at + size, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.at = at + size;
    return at;
  }
}
