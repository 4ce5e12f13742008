import { fail } from '../errors/index.ts';
import { oidText } from './oid-text.ts';
import { TAG } from './tags.ts';
import { generalizedTime, utcTime } from './time.ts';

/**
 * A cursor over DER (X.690) that is strict and copies nothing: definite minimal lengths, low tag numbers, canonical
 * integers and booleans. Whatever breaks a rule fails with ERR_TLS_DER, naming the offset.
 *
 * `next` reads one element; `from` and `to` then delimit its contents. `enter` and `leave` go into one and out again.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  /** Contents of the element read last. */
  from: number = 0;
  to: number = 0;

  constructor(bytes: Uint8Array, at: number = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get more(): boolean {
    return this.at < this.end;
  }

  /** The identifier octet of the next element; -1 where nothing is left. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  /** Moves past the next element, whatever it is. Returns its identifier octet. */
  any(): number {
    const { bytes, end } = this;
    const start = this.at;
    if (start >= end) this.refuse('an element is missing');
    const tag = bytes[start]!;
    if ((tag & 0x1f) === 0x1f) this.refuse('a tag number above 30');
    if (tag === 0) this.refuse('an end-of-contents mark');
    let at = start + 1;
    if (at >= end) this.refuse('the length is missing');
    let length = bytes[at++]!;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0) this.refuse('an indefinite length');
      if (size > 4 || at + size > end) this.refuse('a length that does not fit');
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + bytes[at++]!;
      if (length < 0x80 || bytes[at - size] === 0) this.refuse('a length that is not minimal');
    }
    if (length > end - at) this.refuse('a length beyond the end');
    this.from = at;
    this.to = at + length;
    this.at = this.to;
    return tag;
  }

  /** Moves past the next element, which must have this tag. */
  next(tag: number): void {
    if (this.peek() !== tag)
      this.refuse(
        this.more
          ? `tag ${tagText(this.peek())} instead of ${tagText(tag)}`
          : `an element with tag ${tagText(tag)} is missing`,
      );
    this.any();
  }

  /** Whether the next element has this tag; if so moves past it. */
  optional(tag: number): boolean {
    if (this.peek() !== tag) return false;
    this.any();
    return true;
  }

  /** Goes into the next element. Hand what it returns to `leave`. */
  enter(tag: number): number {
    const outer = this.end;
    this.next(tag);
    this.at = this.from;
    this.end = this.to;
    return outer;
  }

  /** Goes out of an element, all of which must have been read. */
  leave(outer: number): void {
    this.done();
    this.end = outer;
  }

  done(): void {
    if (this.at !== this.end) this.refuse('bytes are left over');
  }

  /** A view of the contents of the next element. */
  contents(tag: number): Uint8Array {
    this.next(tag);
    return this.bytes.subarray(this.from, this.to);
  }

  /** A view of the whole next element, tag and length included. */
  whole(tag: number): Uint8Array {
    const start = this.at;
    this.next(tag);
    return this.bytes.subarray(start, this.at);
  }

  boolean(tag: number = TAG.BOOLEAN): boolean {
    this.next(tag);
    const value = this.bytes[this.from];
    if (this.to - this.from !== 1 || (value !== 0 && value !== 0xff)) this.refuse('a BOOLEAN that is not 00 or FF');
    return value === 0xff;
  }

  /** A view of an INTEGER: two's complement, big-endian, minimal. */
  integer(tag: number = TAG.INTEGER): Uint8Array {
    const value = this.contents(tag);
    if (value.length === 0) this.refuse('an INTEGER without octets');
    const first = value[0];
    if (value.length > 1 && ((first === 0 && value[1]! < 0x80) || (first === 0xff && value[1]! >= 0x80)))
      this.refuse('an INTEGER that is not minimal');
    return value;
  }

  /** A view of the magnitude of an INTEGER that must be positive, without leading zeros. */
  positive(): Uint8Array {
    const value = this.integer();
    if (value[0]! >= 0x80 || (value.length === 1 && value[0] === 0)) this.refuse('an INTEGER that is not positive');
    return value[0] === 0 ? value.subarray(1) : value;
  }

  /** An INTEGER between 0 and 2^31 - 1. */
  uint(tag: number = TAG.INTEGER): number {
    const value = this.integer(tag);
    if (value[0]! >= 0x80 || value.length > 4) this.refuse('an INTEGER out of range');
    let number = 0;
    for (let i = 0; i < value.length; i++) number = number * 256 + value[i]!;
    return number;
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  oid(tag: number = TAG.OID): string {
    this.next(tag);
    const text = oidText(this.bytes, this.from, this.to);
    return text === null ? this.refuse('an OBJECT IDENTIFIER that is not minimal or not complete') : text;
  }

  /** A view of a BIT STRING that is a whole number of octets, as keys and signatures are. */
  bitString(tag: number = TAG.BIT_STRING): Uint8Array {
    const value = this.contents(tag);
    if (value.length === 0 || value[0] !== 0) this.refuse('a BIT STRING with unused bits');
    return value.subarray(1);
  }

  /**
   * A BIT STRING of named bits; bit 0 is the lowest of the result. Trailing zero bits, which X.690, section 11.2.2 forbids,
   * are let through: two roots that every browser trusts have them.
   */
  namedBits(tag: number = TAG.BIT_STRING): number {
    const value = this.contents(tag);
    const unused = value.length === 0 ? 8 : value[0]!;
    if (unused > 7 || (value.length === 1 && unused > 0) || value.length > 4) this.refuse('a malformed BIT STRING');
    const last = value[value.length - 1]!;
    if (value.length > 1 && (last & ((1 << unused) - 1)) !== 0) this.refuse('a BIT STRING with unused bits set');
    let bits = 0;
    for (let i = 1; i < value.length; i++)
      for (let k = 0; k < 8; k++) if ((value[i]! & (0x80 >> k)) !== 0) bits |= 1 << ((i - 1) * 8 + k);
    return bits;
  }

  empty(): void {
    this.next(TAG.NULL);
    if (this.from !== this.to) this.refuse('a NULL with contents');
  }

  /** UTCTime or GeneralizedTime in the forms of RFC 5280, section 4.1.2.5, as seconds since 1970. */
  time(): number {
    const utc = this.peek() === TAG.UTC_TIME;
    this.next(utc ? TAG.UTC_TIME : TAG.GENERALIZED_TIME);
    const seconds = (utc ? utcTime : generalizedTime)(this.bytes, this.from, this.to);
    return seconds === null ? this.refuse('a time that is not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ') : seconds;
  }

  refuse(what: string): never {
    return fail('ERR_TLS_DER', `${what} at offset ${this.at}`);
  }
}

function tagText(tag: number): string {
  return `0x${tag < 16 ? '0' : ''}${tag.toString(16)}`;
}

const DEPTH = 24;

/** Fails unless `bytes` from `at` to `end` are well-formed elements, all the way in. */
export function checkDer(bytes: Uint8Array, at: number = 0, end: number = bytes.length, depth: number = DEPTH): void {
  const reader = new DerReader(bytes, at, end);
  if (depth === 0) reader.refuse('elements nested too deeply');
  while (reader.more) {
    const tag = reader.any();
    if ((tag & 0x20) !== 0) checkDer(bytes, reader.from, reader.to, depth - 1);
  }
}
