const FULL_RECORD = 16_384;
const LARGEST_JOINED = 65_536;

/** A queued write as streams hand it over. */
export interface QueuedChunk {
  readonly chunk: unknown;
  readonly encoding: BufferEncoding;
}

export function bytesOf(chunk: unknown, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : (chunk as Uint8Array);
}

/** The same bytes in fewer pieces: small ones share records, those that fill records by themselves are not copied. */
export function joined(chunks: readonly QueuedChunk[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let size = 0;
  const join = (): void => {
    if (small.length > 0) pieces.push(small.length === 1 ? small[0]! : Buffer.concat(small, size));
    small = [];
    size = 0;
  };
  for (const { chunk, encoding } of chunks) {
    const bytes = bytesOf(chunk, encoding);
    const large = bytes.length >= FULL_RECORD;
    if (large || size + bytes.length > LARGEST_JOINED) join();
    if (large) pieces.push(bytes);
    else {
      small.push(bytes);
      size += bytes.length;
    }
  }
  join();
  return pieces;
}
