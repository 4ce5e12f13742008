import { expect } from 'vitest';
import { toHex, toUtf8 } from '../../../src/bytes/index.ts';
import type { Description, Field } from '../../../src/wire/index.ts';

/** Fails unless the fields tile the bytes at every level, and the leaves say what the bytes are. */
export function expectTiles(bytes: Uint8Array, { fields, error }: Description): void {
  const where = toHex(bytes);
  expect(faultIn(bytes, fields, 0, bytes.length), where).toBeNull();
  const undecoded = find(fields, 'undecoded');
  if (undecoded !== null) expect(error, where).not.toBeNull();
}

/** The first field of this name, at any depth. */
export function find(fields: readonly Field[], name: string): Field | null {
  for (const field of fields) {
    const found = field.name === name ? field : find(field.fields ?? [], name);
    if (found !== null) return found;
  }
  return null;
}

/** Plain comparisons, since there are hundreds of thousands of fields to look at. */
function faultIn(bytes: Uint8Array, fields: readonly Field[], start: number, end: number): string | null {
  let at = start;
  for (const field of fields) {
    if (field.start !== at || field.end <= at) return `${field.name} is at ${field.start}-${field.end}, not at ${at}`;
    const inner = field.fields;
    const fault = inner === undefined ? leafFault(bytes, field) : faultIn(bytes, inner, field.start, field.end);
    if (fault !== null) return `${field.name}: ${fault}`;
    if (typeof field.meaning !== 'string') return `${field.name} has no meaning`;
    at = field.end;
  }
  return at === end ? null : `the last field ends at ${at}, not at ${end}`;
}

function leafFault(bytes: Uint8Array, { start, end, value, name }: Field): string | null {
  const own = toHex(bytes.subarray(start, end));
  if (end - start <= 4) return value === Number.parseInt(own, 16) ? null : `${value} is not ${own}`;
  if (value === own) return null;
  const text = typeof value === 'string' && name === 'opaque' ? toHex(toUtf8(value)) : null;
  return text === own ? null : `${value} is not ${own}`;
}

/** The values of a field's parts of this name. */
export function values(field: Field | null, name: string): (number | string | null)[] {
  return (field?.fields ?? []).filter((part) => part.name === name).map((part) => part.value);
}

/** The bytes cut short at each place, then with each byte changed. */
export function* harmed(bytes: Uint8Array): Generator<Uint8Array> {
  for (let end = 0; end < bytes.length; end++) yield bytes.subarray(0, end);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 0xff;
    yield flipped;
  }
}
