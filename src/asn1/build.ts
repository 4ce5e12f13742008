import { concat, fromLatin1, toUtf8 } from '../bytes/index.ts';
import { oidBytes } from './oid-text.ts';
import { contextSet, contextTag, TAG } from './tags.ts';
import { timeText } from './time.ts';

/** An element of this tag with these contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of contents) size += part.length;
  const length: number[] = [];
  if (size < 0x80) length.push(size);
  else {
    for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
    length.unshift(0x80 | length.length);
  }
  return concat(new Uint8Array([tag, ...length]), ...contents);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.SEQUENCE, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.SET, ...parts);
}

/** A number below 2^53, or the magnitude of a positive number, big-endian; leading zeros are dropped. */
export function integer(value: number | Uint8Array): Uint8Array {
  const magnitude = typeof value === 'number' ? magnitudeOf(value) : withoutZeros(value);
  return element(TAG.INTEGER, magnitude[0]! >= 0x80 ? concat(new Uint8Array(1), magnitude) : magnitude);
}

export function boolean(value: boolean): Uint8Array {
  return element(TAG.BOOLEAN, new Uint8Array([value ? 0xff : 0]));
}

export function nothing(): Uint8Array {
  return element(TAG.NULL);
}

/** From dotted form. */
export function oid(dotted: string): Uint8Array {
  return element(TAG.OID, oidBytes(dotted));
}

export function octetString(contents: Uint8Array): Uint8Array {
  return element(TAG.OCTET_STRING, contents);
}

export function bitString(contents: Uint8Array, unused: number = 0): Uint8Array {
  return element(TAG.BIT_STRING, new Uint8Array([unused]), contents);
}

/** A BIT STRING of named bits, trailing zeros dropped. The lowest bit of `bits` is bit 0. */
export function namedBits(bits: number): Uint8Array {
  const octets: number[] = [];
  let highest = -1;
  for (let i = 0; i < 31; i++) {
    if (((bits >> i) & 1) === 0) continue;
    while (octets.length <= i >> 3) octets.push(0);
    octets[i >> 3]! |= 0x80 >> (i & 7);
    highest = i;
  }
  return bitString(new Uint8Array(octets), highest < 0 ? 0 : 7 - (highest & 7));
}

export function utf8String(text: string): Uint8Array {
  return element(TAG.UTF8_STRING, toUtf8(text));
}

export function printableString(text: string): Uint8Array {
  return element(TAG.PRINTABLE_STRING, fromLatin1(text));
}

export function ia5String(text: string): Uint8Array {
  return element(TAG.IA5_STRING, fromLatin1(text));
}

/** Seconds since 1970 as RFC 5280 wants it: UTCTime up to 2049, GeneralizedTime from 2050 on. */
export function time(seconds: number): Uint8Array {
  const digits = timeText(seconds).replace(/[-:T]/g, '');
  const year = Number(digits.slice(0, 4));
  if (year < 1950 || year >= 2050) return element(TAG.GENERALIZED_TIME, fromLatin1(digits));
  return element(TAG.UTC_TIME, fromLatin1(digits.slice(2)));
}

/** `[number] EXPLICIT`, or `[number] IMPLICIT` of a constructed type. */
export function explicit(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return element(contextSet(number), ...contents);
}

/** `[number] IMPLICIT` of a primitive type with these contents. */
export function implicit(number: number, contents: Uint8Array): Uint8Array {
  return element(contextTag(number), contents);
}

function magnitudeOf(value: number): Uint8Array {
  const octets = [value % 256];
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return new Uint8Array(octets);
}

function withoutZeros(value: Uint8Array): Uint8Array {
  let at = 0;
  while (at < value.length - 1 && value[at] === 0) at++;
  return value.length === 0 ? new Uint8Array(1) : value.subarray(at);
}
