import { Queue } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';

/** Bytes of a record's header: type, version, length (RFC 9846, section 5.1). */
export const HEADER_SIZE = 5;
/** The most plaintext a record may hold (RFC 9846, section 5.1). */
export const MAX_PLAINTEXT = 16_384;
/** What protection may add: 256 bytes in TLS 1.3 (RFC 9846, section 5.2), 2,048 in TLS 1.2 (RFC 5246, section 6.2.3). */
export const EXPANSION_13 = 256;
export const EXPANSION_12 = 2_048;

/**
 * Cuts the transport's bytes into records. A record that lies within one chunk is not copied; one that does not is
 * gathered in memory of its own, and nothing is held while no record is begun.
 */
export class Deframer {
  /** The most bytes that may follow a header; lowered once protection and version are known. */
  maxFragment: number = MAX_PLAINTEXT + EXPANSION_12;
  private readonly chunks: Queue<Uint8Array> = new Queue();
  /** Where the unread bytes of the first chunk begin. */
  private at: number = 0;
  /** A header, then a record, that arrives in several chunks. */
  private partial: Uint8Array | null = null;
  private filled: number = 0;
  private seen: boolean = false;
  private size: number = 0;

  /** Bytes that were pushed and not yet returned. */
  get buffered(): number {
    return this.size;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  /** The next whole record with its header, or null. Fails on a header that no record has. */
  next(): Uint8Array | null {
    for (let chunk = this.chunks.peek(); chunk !== null; chunk = this.chunks.peek()) {
      const record = this.partial === null ? this.whole(chunk) : this.fill(chunk);
      if (record === null) continue;
      this.size -= record.length;
      return record;
    }
    return null;
  }

  /** Drops everything. */
  clear(): void {
    this.chunks.clear();
    this.at = 0;
    this.size = 0;
    this.partial = null;
    this.filled = 0;
  }

  /** The record that begins in `chunk`; null, and gathering begun, if it does not end there too. */
  private whole(chunk: Uint8Array): Uint8Array | null {
    const start = this.at;
    if (chunk.length - start < HEADER_SIZE) {
      this.begin(HEADER_SIZE);
      return this.fill(chunk);
    }
    const size = HEADER_SIZE + this.checkHeader(chunk, start);
    if (chunk.length - start < size) {
      this.begin(size);
      return this.fill(chunk);
    }
    this.advance(chunk, size);
    return chunk.subarray(start, start + size);
  }

  private begin(size: number): void {
    this.partial = new Uint8Array(size);
    this.filled = 0;
  }

  /** Adds to the record being gathered; returns it when it is whole. */
  private fill(chunk: Uint8Array): Uint8Array | null {
    const partial = this.partial!;
    const count = Math.min(chunk.length - this.at, partial.length - this.filled);
    partial.set(chunk.subarray(this.at, this.at + count), this.filled);
    this.filled += count;
    this.advance(chunk, count);
    if (!this.seen) this.checkFirstByte(partial[0]!);
    if (this.filled < partial.length) return null;
    if (partial.length === HEADER_SIZE) {
      const size = HEADER_SIZE + this.checkHeader(partial, 0);
      if (size > HEADER_SIZE) {
        this.partial = new Uint8Array(size);
        this.partial.set(partial);
        return null;
      }
    }
    this.partial = null;
    return partial;
  }

  private advance(chunk: Uint8Array, count: number): void {
    this.at += count;
    if (this.at < chunk.length) return;
    this.chunks.shift();
    this.at = 0;
  }

  private checkHeader(header: Uint8Array, start: number): number {
    const type = header[start]!;
    if (!this.seen) this.checkFirstByte(type);
    const major = header[start + 1]!;
    const length = (header[start + 3]! << 8) | header[start + 4]!;
    // Where nothing of a header is right the length says most: OpenSSL answers to it first as well.
    if ((type < 20 || type > 23) && length <= this.maxFragment) fail('ERR_TLS_RECORD_HEADER', `content type ${type}`);
    if (major !== 3 && (!this.seen || length <= this.maxFragment)) {
      fail(this.seen ? 'ERR_TLS_RECORD_VERSION' : 'ERR_TLS_NOT_TLS', `version ${major}.${header[start + 2]!}`);
    }
    if (length > this.maxFragment) {
      fail('ERR_TLS_RECORD_OVERFLOW', `${length} bytes where ${this.maxFragment} are allowed`);
    }
    this.seen = true;
    return length;
  }

  private checkFirstByte(type: number): void {
    if (type < 20 || type > 23) fail('ERR_TLS_NOT_TLS', `the first byte is 0x${type.toString(16)}`);
  }
}
