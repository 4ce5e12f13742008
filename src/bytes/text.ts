import { fail } from '../errors/index.ts';

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]! >> 4]! + HEX[bytes[i]! & 15]!;
  return text;
}

/** Reads hex digits; white space between them is skipped. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '').toLowerCase();
  if (digits.length % 2 !== 0) fail('ERR_TLS_CONFIG', 'hex has an odd number of digits');
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = HEX.indexOf(digits[2 * i]!);
    const low = HEX.indexOf(digits[2 * i + 1]!);
    if (high < 0 || low < 0) fail('ERR_TLS_CONFIG', `"${digits.slice(2 * i, 2 * i + 2)}" is not hex`);
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i]! << 16) | ((left > 1 ? bytes[i + 1]! : 0) << 8) | (left > 2 ? bytes[i + 2]! : 0);
    text += BASE64[word >> 18]! + BASE64[(word >> 12) & 63]!;
    text += left > 1 ? BASE64[(word >> 6) & 63]! : '=';
    text += left > 2 ? BASE64[word & 63]! : '=';
  }
  return text;
}

/** Reads padded base64; null if it is not. White space is skipped. */
export function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/[\s]+/g, '');
  if (digits.length % 4 !== 0) return null;
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
  const end = digits.length - padding;
  const bytes = new Uint8Array((digits.length / 4) * 3 - padding);
  let at = 0;
  for (let i = 0; i < digits.length; i += 4) {
    let word = 0;
    for (let k = i; k < i + 4; k++) {
      const value = k < end ? sextet(digits.charCodeAt(k)) : 0;
      if (value < 0) return null;
      word = (word << 6) | value;
    }
    for (let k = 16; k >= 0 && at < bytes.length; k -= 8) bytes[at++] = (word >> k) & 255;
  }
  return bytes;
}

/** The value of a base64 digit by its char code; -1 if it is none. */
function sextet(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 71;
  if (code >= 0x41 && code <= 0x5a) return code - 65;
  if (code >= 0x30 && code <= 0x39) return code + 4;
  return code === 0x2b ? 62 : code === 0x2f ? 63 : -1;
}

/** One char code a byte; for ASCII and Latin-1. */
export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function toUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0)!;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return new Uint8Array(bytes);
}

/** Reads UTF-8 strictly (RFC 3629: no overlong forms, no surrogates); null if it is not. */
export function fromUtf8(bytes: Uint8Array): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
    if (more === 0 || first > 0xf4 || i + more > bytes.length) return null;
    let point = first & (0x3f >> more);
    for (let k = 0; k < more; k++) {
      const next = bytes[i++]!;
      if ((next & 0xc0) !== 0x80) return null;
      point = (point << 6) | (next & 63);
    }
    const least = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x10000;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}
