import type { Reader, Writer } from '../../bytes/index.ts';
import type { Codec, FieldShape, OptionalShape, SelectShape, SoleShape, StructShape } from './codec.ts';

/** The fields of a struct, in the order of the wire. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** `struct { ... } name` */
export function struct<T extends object>(name: string, fields: Fields<T>): Codec<T> {
  return new Struct<T>(name, fields);
}

/** `struct { field } name` whose value is the field's own. */
export function sole<T>(name: string, field: string, codec: Codec<T>): Codec<T> {
  return new Sole(name, field, codec);
}

/** `struct { tag; select (tag) { case ... } body } name`; `otherwise` keeps the body of a tag that has no case. */
export function select<T extends object>(
  name: string,
  tag: FieldShape,
  body: string,
  cases: { readonly [tag: number]: Codec<unknown> },
  otherwise: Codec<unknown>,
): Codec<T> {
  return new Select<T>(name, { kind: 'select', tag, body, cases, otherwise });
}

/** A last field that may be left out altogether; null if it is. */
export function optional<T>(codec: Codec<T>): Codec<T | null> {
  return new Optional(codec);
}

function readField(reader: Reader, { name, codec }: FieldShape): unknown {
  const { sink } = reader;
  reader.field = name;
  if (sink === null) return codec.read(reader);
  sink.open(name, reader.at);
  const value = codec.read(reader);
  sink.close(reader.at, value, codec.name);
  return value;
}

function writeField(writer: Writer, { name, codec }: FieldShape, value: unknown): void {
  writer.field = name;
  codec.write(writer, value);
}

class Struct<T extends object> implements Codec<T> {
  readonly name: string;
  readonly shape: StructShape;

  constructor(name: string, codecs: Fields<T>) {
    const fields: FieldShape[] = [];
    for (const field in codecs) fields.push({ name: field, codec: codecs[field] });
    this.name = name;
    this.shape = { kind: 'struct', fields };
  }

  read(reader: Reader): T {
    const value: Record<string, unknown> = {};
    for (const field of this.shape.fields) value[field.name] = readField(reader, field);
    return value as T;
  }

  write(writer: Writer, value: T): void {
    for (const field of this.shape.fields) writeField(writer, field, value[field.name as keyof T]);
  }
}

class Sole<T> implements Codec<T> {
  readonly name: string;
  readonly shape: SoleShape;

  constructor(name: string, field: string, codec: Codec<T>) {
    this.name = name;
    this.shape = { kind: 'sole', field: { name: field, codec } };
  }

  read(reader: Reader): T {
    return readField(reader, this.shape.field) as T;
  }

  write(writer: Writer, value: T): void {
    writeField(writer, this.shape.field, value);
  }
}

class Select<T extends object> implements Codec<T> {
  readonly name: string;
  readonly shape: SelectShape;

  constructor(name: string, shape: SelectShape) {
    this.name = name;
    this.shape = shape;
  }

  read(reader: Reader): T {
    const { tag, body } = this.shape;
    const chosen = readField(reader, tag) as number;
    return { [tag.name]: chosen, [body]: readField(reader, this.field(chosen)) } as T;
  }

  write(writer: Writer, value: T): void {
    const { tag, body } = this.shape;
    const fields = value as Record<string, unknown>;
    writeField(writer, tag, fields[tag.name]);
    writeField(writer, this.field(fields[tag.name] as number), fields[body]);
  }

  private field(chosen: number): FieldShape {
    const { body, cases, otherwise } = this.shape;
    return { name: body, codec: cases[chosen] ?? otherwise };
  }
}

class Optional<T> implements Codec<T | null> {
  readonly name: string;
  readonly shape: OptionalShape;
  private readonly codec: Codec<T>;

  constructor(codec: Codec<T>) {
    this.name = codec.name;
    this.shape = { kind: 'optional', codec };
    this.codec = codec;
  }

  read(reader: Reader): T | null {
    return reader.left === 0 ? null : this.codec.read(reader);
  }

  write(writer: Writer, value: T | null): void {
    if (value !== null) this.codec.write(writer, value);
  }
}
