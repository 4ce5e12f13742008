import { concat, type Reader, toUtf8 } from '../../bytes/index.ts';

/** `string` of SSH (RFC 4251, section 5): with its length in front. */
export function sshString(value: Uint8Array | string): Uint8Array {
  const content = typeof value === 'string' ? toUtf8(value) : value;
  return concat(sshNumber(content.length), content);
}

export function sshNumber(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

export function readSshString(reader: Reader): Uint8Array {
  return reader.take(reader.uint(4));
}
