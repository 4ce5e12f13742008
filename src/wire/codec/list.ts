import type { Reader, Writer } from '../../bytes/index.ts';
import type { Codec, ListShape } from './codec.ts';
import { endVector, readLength, startVector } from './length.ts';

/** `Item<min..max>`: a length in bytes, then items until it is used up. */
export function list<T>(item: Codec<T>, min: number, max: number): Codec<readonly T[]> {
  return new List(item, min, max);
}

class List<T> implements Codec<readonly T[]> {
  readonly name: string;
  readonly shape: ListShape;
  private readonly item: Codec<T>;

  constructor(item: Codec<T>, min: number, max: number) {
    this.name = `${item.name}<${min}..${max}>`;
    this.shape = { kind: 'list', item, min, max };
    this.item = item;
  }

  read(reader: Reader): readonly T[] {
    const { item } = this;
    const { sink, field } = reader;
    const length = readLength(reader, this.shape);
    // Whoever watches sees the items that are there, even where the last ones are cut off.
    const inner = reader.sub(sink === null ? length : Math.min(length, reader.left));
    const missing = length - inner.left;
    const items: T[] = [];
    while (inner.left > 0) {
      inner.field = field;
      if (sink !== null) sink.open(item.name, inner.at);
      const value = item.read(inner);
      if (sink !== null) sink.close(inner.at, value, item.name);
      items.push(value);
    }
    if (missing > 0) reader.take(missing);
    return items;
  }

  write(writer: Writer, value: readonly T[]): void {
    const { field } = writer;
    const hole = startVector(writer, this.shape);
    for (const one of value) this.item.write(writer, one);
    writer.field = field;
    endVector(writer, hole, this.shape);
  }
}
