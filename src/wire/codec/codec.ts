import type { Reader, Writer } from '../../bytes/index.ts';

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

/** What a codec is made of. */
export type Shape =
  | UintShape
  | OpaqueShape
  | VectorShape
  | RestShape
  | EmptyShape
  | ListShape
  | OctetsShape
  | StructShape
  | SoleShape
  | SelectShape
  | OptionalShape;

/** A big-endian number of 1 to 4 bytes. */
export interface UintShape {
  readonly kind: 'uint';
  readonly size: number;
}

/** `opaque x[size]` */
export interface OpaqueShape {
  readonly kind: 'opaque';
  readonly size: number;
}

/** `opaque x<min..max>` */
export interface VectorShape extends Limits {
  readonly kind: 'vector';
}

/** Whatever is left. */
export interface RestShape {
  readonly kind: 'rest';
}

/** No bytes at all; the value is `true`. */
export interface EmptyShape {
  readonly kind: 'empty';
}

/** `Item x<min..max>` */
export interface ListShape extends Limits {
  readonly kind: 'list';
  readonly item: Codec<unknown>;
}

/** `Item x<min..max>` of items of one byte, whose value is a byte string. */
export interface OctetsShape extends Limits {
  readonly kind: 'octets';
  readonly item: Codec<number>;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly fields: readonly FieldShape[];
}

/** A struct of one field, whose value is that field's. */
export interface SoleShape {
  readonly kind: 'sole';
  readonly field: FieldShape;
}

/** A struct whose second field takes its type from the number in its first. */
export interface SelectShape {
  readonly kind: 'select';
  readonly tag: FieldShape;
  readonly body: string;
  readonly cases: { readonly [tag: number]: Codec<unknown> };
  readonly otherwise: Codec<unknown>;
}

/** A last field that older peers leave out; its value is then null. */
export interface OptionalShape {
  readonly kind: 'optional';
  readonly codec: Codec<unknown>;
}

export interface FieldShape {
  readonly name: string;
  readonly codec: Codec<unknown>;
}

/** Both in bytes; how many bytes the length takes follows from the larger one. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}
