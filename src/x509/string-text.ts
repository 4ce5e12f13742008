import { TAG } from '../asn1/index.ts';
import { fromUtf8, toLatin1 } from '../bytes/index.ts';

/** The text of an ASN.1 string; null if the tag is not a string's, or the contents break the rules of its encoding. */
export function stringText(tag: number, contents: Uint8Array): string | null {
  switch (tag) {
    case TAG.UTF8_STRING:
      return fromUtf8(contents);
    case TAG.PRINTABLE_STRING:
    case TAG.NUMERIC_STRING:
    case TAG.IA5_STRING:
    case TAG.VISIBLE_STRING:
      return isAscii(contents) ? toLatin1(contents) : null;
    case TAG.T61_STRING:
      return toLatin1(contents);
    case TAG.BMP_STRING:
      return wide(contents, 2);
    case TAG.UNIVERSAL_STRING:
      return wide(contents, 4);
    default:
      return null;
  }
}

export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

function wide(bytes: Uint8Array, size: number): string | null {
  if (bytes.length % size !== 0) return null;
  let text = '';
  for (let i = 0; i < bytes.length; i += size) {
    let point = 0;
    for (let k = 0; k < size; k++) point = point * 256 + bytes[i + k]!;
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}
