import type { Reader, Writer } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Limits } from './codec.ts';

/** How many bytes the length of a vector takes (RFC 9846, section 3.4). */
export function lengthSize(limits: Limits): number {
  return limits.max < 0x100 ? 1 : limits.max < 0x10000 ? 2 : 3;
}

export function readLength(reader: Reader, limits: Limits): number {
  const sink = reader.sink;
  if (sink !== null) sink.open('length', reader.at);
  const length = reader.uint(lengthSize(limits));
  if (sink !== null) sink.close(reader.at, length, 'length');
  if (length < limits.min || length > limits.max) fail('ERR_TLS_DECODE', outside(reader.field, length, limits));
  return length;
}

/** Leaves room for a length; `endVector` fills it in. */
export function startVector(writer: Writer, limits: Limits): number {
  return writer.hole(lengthSize(limits));
}

export function endVector(writer: Writer, hole: number, limits: Limits): void {
  const size = lengthSize(limits);
  const length = writer.length - hole - size;
  if (length < limits.min || length > limits.max) fail('ERR_TLS_ENCODE', outside(writer.field, length, limits));
  writer.patch(hole, size);
}

function outside(field: string, length: number, limits: Limits): string {
  return `${field} has a length of ${length} where ${limits.min} to ${limits.max} bytes are allowed`;
}
