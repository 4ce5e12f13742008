/** The same memory without Buffer's own `slice`, which shares where Uint8Array's copies. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
