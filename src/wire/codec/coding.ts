import { Reader, Writer } from '../../bytes/index.ts';
import type { Codec } from './codec.ts';

/** Reads one value that takes all of `bytes`. Fails with ERR_TLS_DECODE or ERR_TLS_TRAILING_DATA. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  reader.field = codec.name;
  const value = codec.read(reader);
  reader.done();
  return value;
}

/** Fails with ERR_TLS_ENCODE on a value outside the limits of its type. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  writer.field = codec.name;
  codec.write(writer, value);
  return writer.finish();
}
