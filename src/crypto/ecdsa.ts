import { fail } from '../errors/index.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * r and s side by side, as chips and WebCrypto give them, to the DER that TLS carries (RFC 3279, section 2.2.3).
 * Fails with ERR_TLS_SIGN_BAD_RESULT unless there are two halves of 1 to 66 bytes.
 */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  if (half < 1 || half > 66 || raw.length % 2 !== 0) {
    fail('ERR_TLS_SIGN_BAD_RESULT', `${raw.length} bytes are not r and s of an ECDSA signature side by side`);
  }
  const r = unsigned(raw.subarray(0, half));
  const s = unsigned(raw.subarray(half));
  const size = integerSize(r) + integerSize(s);
  const head = size < 128 ? [SEQUENCE, size] : [SEQUENCE, 0x81, size];
  const der = new Uint8Array(head.length + size);
  der.set(head);
  putInteger(der, putInteger(der, head.length, r), s);
  return der;
}

/**
 * DER to r and s side by side, `size` bytes each (that of the curve's order). Null where it is not strict DER of two
 * non-negative integers that fit.
 */
export function ecdsaDerToRaw(der: Uint8Array, size: number): Uint8Array | null {
  const start = sequenceStart(der);
  if (start === 0) return null;
  const raw = new Uint8Array(2 * size);
  const middle = readInteger(der, start, raw.subarray(0, size));
  if (middle === 0) return null;
  const end = readInteger(der, middle, raw.subarray(size));
  return end === der.length ? raw : null;
}

function unsigned(half: Uint8Array): Uint8Array {
  let zeros = 0;
  while (zeros < half.length - 1 && half[zeros] === 0) zeros += 1;
  return half.subarray(zeros);
}

/** With tag, length, and the zero that keeps a set high bit from meaning a negative number. */
function integerSize(value: Uint8Array): number {
  return 2 + (value[0]! >> 7) + value.length;
}

function putInteger(der: Uint8Array, at: number, value: Uint8Array): number {
  const end = at + integerSize(value);
  der[at] = INTEGER;
  der[at + 1] = end - at - 2;
  der.set(value, end - value.length);
  return end;
}

/** Where the content of the one SEQUENCE starts that fills `der`; 0 if there is none. */
function sequenceStart(der: Uint8Array): number {
  if (der.length < 2 || der[0] !== SEQUENCE) return 0;
  if (der[1]! < 128) return der.length === 2 + der[1]! ? 2 : 0;
  return der[1] === 0x81 && der.length >= 3 + 128 && der.length === 3 + der[2]! ? 3 : 0;
}

/** Writes the INTEGER at `at` right-aligned into `into`. Returns where it ends; 0 if it is not one, or does not fit. */
function readInteger(der: Uint8Array, at: number, into: Uint8Array): number {
  if (at + 3 > der.length || der[at] !== INTEGER) return 0;
  const length = der[at + 1]!;
  const end = at + 2 + length;
  if (length === 0 || length > 127 || end > der.length) return 0;
  let start = at + 2;
  if (der[start]! >= 128) return 0;
  if (der[start] === 0 && length > 1) {
    start += 1;
    if (der[start]! < 128) return 0;
  }
  if (end - start > into.length) return 0;
  into.set(der.subarray(start, end), into.length - (end - start));
  return end;
}
