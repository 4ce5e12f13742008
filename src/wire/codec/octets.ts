import type { Reader, Writer } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Codec, EmptyShape, OctetsShape, OpaqueShape, RestShape, VectorShape } from './codec.ts';
import { endVector, readLength, startVector } from './length.ts';

/** `opaque[size]`: that many bytes, without a length. */
export function opaque(size: number, name: string = 'opaque'): Codec<Uint8Array> {
  return new Opaque(name, size);
}

/** `opaque<min..max>`: a length, then that many bytes. */
export function vector(min: number, max: number, name: string = 'opaque'): Codec<Uint8Array> {
  return new Vector(name, min, max);
}

/** `Item<min..max>` where an item is one byte and its value fits nowhere better than in a byte string. */
export function octets(item: Codec<number>, min: number, max: number): Codec<Uint8Array> {
  return new Octets(item, min, max);
}

class Opaque implements Codec<Uint8Array> {
  readonly name: string;
  readonly shape: OpaqueShape;

  constructor(name: string, size: number) {
    this.name = name;
    this.shape = { kind: 'opaque', size };
  }

  read(reader: Reader): Uint8Array {
    return reader.take(this.shape.size);
  }

  write(writer: Writer, value: Uint8Array): void {
    const size = this.shape.size;
    if (value.length !== size) fail('ERR_TLS_ENCODE', `${writer.field}: ${value.length} bytes in place of ${size}`);
    writer.put(value);
  }
}

class Vector implements Codec<Uint8Array> {
  readonly name: string;
  readonly shape: VectorShape;

  constructor(name: string, min: number, max: number) {
    this.name = name;
    this.shape = { kind: 'vector', min, max };
  }

  read(reader: Reader): Uint8Array {
    const length = readLength(reader, this.shape);
    const sink = reader.sink;
    if (sink === null) return reader.take(length);
    sink.open('opaque', reader.at);
    const value = reader.take(length);
    sink.close(reader.at, value, 'opaque');
    return value;
  }

  write(writer: Writer, value: Uint8Array): void {
    const hole = startVector(writer, this.shape);
    writer.put(value);
    endVector(writer, hole, this.shape);
  }
}

class Octets implements Codec<Uint8Array> {
  readonly name: string;
  readonly shape: OctetsShape;

  constructor(item: Codec<number>, min: number, max: number) {
    this.name = `${item.name}<${min}..${max}>`;
    this.shape = { kind: 'octets', item, min, max };
  }

  read(reader: Reader): Uint8Array {
    const inner = reader.sub(readLength(reader, this.shape));
    const value = inner.bytes.subarray(inner.at, inner.end);
    const { sink } = reader;
    const { item } = this.shape;
    if (sink === null) return value;
    while (inner.left > 0) {
      sink.open(item.name, inner.at);
      const octet = item.read(inner);
      sink.close(inner.at, octet, item.name);
    }
    return value;
  }

  write(writer: Writer, value: Uint8Array): void {
    const hole = startVector(writer, this.shape);
    writer.put(value);
    endVector(writer, hole, this.shape);
  }
}

class Rest implements Codec<Uint8Array> {
  readonly name: string = 'opaque';
  readonly shape: RestShape = { kind: 'rest' };

  read(reader: Reader): Uint8Array {
    return reader.take(reader.left);
  }

  write(writer: Writer, value: Uint8Array): void {
    writer.put(value);
  }
}

class Empty implements Codec<true> {
  readonly name: string = 'empty';
  readonly shape: EmptyShape = { kind: 'empty' };

  read(): true {
    return true;
  }

  write(): void {}
}

/** All bytes that are left, without a length. */
export const rest: Codec<Uint8Array> = /* @__PURE__ */ new Rest();

/** `struct {}`; its value says that it was there. */
export const empty: Codec<true> = /* @__PURE__ */ new Empty();
