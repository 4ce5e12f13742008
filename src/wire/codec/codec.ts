import { Reader, Writer } from '../../bytes/index.ts';
import type { Shape } from './shape.ts';

/**
 * One type of the RFC's presentation language (RFC 9846, section 3), as a value that reads and writes it. Every call that
 * makes one is marked as pure, so that a bundler keeps the messages that a program uses and no others.
 */
export interface Codec<T> {
  /** RFC name of the type; lower case for the built-in ones. */
  readonly name: string;
  /** How it is built, for whoever generates values of it. */
  readonly shape: Shape;
  /** Fails with ERR_TLS_DECODE. Byte strings are views of the reader's bytes. */
  read(reader: Reader): T;
  /** Fails with ERR_TLS_ENCODE on a value outside the limits of the type. */
  write(writer: Writer, value: T): void;
}

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
