import { concat, fromUtf8, type Reader, toLatin1, toUtf8 } from '../../../bytes/index.ts';
import { fail } from '../../../errors/index.ts';
import type { AttributeType, AttributeValue, Condition, Handle, Mechanism } from '../cryptoki.ts';

const NOTHING = 0xffffffff;

export function u8(value: number): Uint8Array {
  return new Uint8Array([value]);
}

export function u32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

/** CK_ULONG: 64 bits. Handles are kept as they came. */
export function ulong(value: number | Handle): Uint8Array {
  if (typeof value !== 'number') return value;
  return concat(u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32));
}

/** With its length in front. */
export function bytes(value: Uint8Array | string): Uint8Array {
  const content = typeof value === 'string' ? toUtf8(value) : value;
  return concat(u32(content.length), content);
}

/** CK_BYTE array that may be absent. */
export function byteArray(value: Uint8Array | null): Uint8Array {
  return value === null ? concat(u8(0), u32(0)) : concat(u8(1), bytes(value));
}

export function conditions(list: readonly Condition[]): Uint8Array {
  return concat(u32(list.length), ...list.map(condition));
}

export function mechanism({ type, pss }: Mechanism): Uint8Array {
  if (pss === undefined) return concat(u32(type), u32(NOTHING));
  return concat(u32(type), ulong(pss.hash), ulong(pss.mask), ulong(pss.salt));
}

export function readUlong(reader: Reader): number {
  const high = reader.uint(4);
  return high * 2 ** 32 + reader.uint(4);
}

export function readHandle(reader: Reader): Handle {
  return reader.take(8).slice();
}

export function readBytes(reader: Reader): Uint8Array | null {
  const size = reader.uint(4);
  return size === NOTHING ? null : reader.take(size).slice();
}

/** Null stands for a result that did not fit. */
export function readByteArray(reader: Reader): Uint8Array | null {
  if (reader.u8() === 0) return null;
  return readBytes(reader);
}

/** Null stands for a list that did not fit. */
export function readList<T>(reader: Reader, item: (reader: Reader) => T): T[] | null {
  if (reader.u8() === 0) return null;
  const count = reader.uint(4);
  if (count > reader.left) fail('ERR_TLS_DECODE', 'a list longer than its message');
  return Array.from({ length: count }, () => item(reader));
}

/** Padded with blanks, by the standard; some modules use zeros. */
export function readText(reader: Reader): string {
  const content = readBytes(reader) ?? new Uint8Array();
  return (fromUtf8(content) ?? toLatin1(content)).replace(/[\0 ]+$/, '');
}

export function readVersion(reader: Reader): string {
  const major = reader.u8();
  return `${major}.${reader.u8()}`;
}

/** The one attribute of an answer; null where the object does not tell it. */
export function readAttribute<T extends AttributeValue>(reader: Reader, type: AttributeType<T>): T | null {
  const known = reader.uint(4) === 1 && reader.uint(4) === type.id && reader.u8() === 1;
  if (!known || reader.uint(4) === NOTHING) return null;
  return readValue(reader, type.form) as T | null;
}

function readValue(reader: Reader, form: AttributeType<unknown>['form']): AttributeValue | null {
  switch (form) {
    case 'number':
      return readUlong(reader);
    case 'flag':
      return reader.u8() !== 0;
    case 'numbers':
      return Array.from({ length: Math.min(reader.uint(4), 1024) }, () => readUlong(reader));
    default:
      return readBytes(reader);
  }
}

function condition({ type, value }: Condition): Uint8Array {
  const head = concat(u32(type.id), u8(1));
  return typeof value === 'number' ? concat(head, u32(8), ulong(value)) : concat(head, u32(value.length), bytes(value));
}
