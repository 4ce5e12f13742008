import { type FieldSink, Reader, toHex } from '../../bytes/index.ts';
import { isTlsError } from '../../errors/index.ts';
import { type Codec, rest } from '../codec/index.ts';
import type { Extension } from '../extension.ts';
import type { ExtensionEntry } from '../extensions/index.ts';
import { extensionName } from '../registry/index.ts';
import type { Description, Field } from './field.ts';
import { isText, meaningOf, purposeOf, textOf } from './meaning.ts';

/** Any table of extensions; what they hold does not matter here. */
export type AnyExtensionTable = { readonly [name: string]: ExtensionEntry<unknown> };

interface Node {
  readonly name: string;
  readonly start: number;
  readonly fields: Field[];
}

/** Builds fields from what codecs report while they read. */
export class FieldTree implements FieldSink {
  private readonly bytes: Uint8Array;
  private readonly table: AnyExtensionTable;
  private readonly root: Node = { name: '', start: 0, fields: [] };
  /** From the root to the field that is being read. */
  private readonly path: Node[] = [this.root];
  private error: string | null = null;

  /** Extensions are taken apart by `table`. */
  constructor(bytes: Uint8Array, table: AnyExtensionTable = {}) {
    this.bytes = bytes;
    this.table = table;
  }

  /** Adds the fields of one value, which takes the bytes from `start` to `end`; `what` names it in an error. */
  decode(what: string, codec: Codec<unknown>, start: number, end: number): void {
    const depth = this.path.length;
    const reader = new Reader(this.bytes, start, end, this);
    try {
      codec.read(reader);
      reader.done();
    } catch (error) {
      if (!isTlsError(error)) throw error;
      this.fail(`${what}: ${error.detail}`);
      this.abandon(depth, end);
    }
  }

  /** Adds one field of bytes that have no structure of their own. */
  leaf(name: string, start: number, end: number): void {
    this.open(name, start);
    this.close(end, null, 'opaque');
  }

  /** Adds what could not be decoded, if there is anything. */
  skip(reason: string, start: number, end: number): void {
    if (start === end) return;
    this.fail(reason);
    this.leaf('undecoded', start, end);
  }

  /** Notes why something is wrong; the first reason counts. */
  fail(reason: string): void {
    if (this.error === null) this.error = reason;
  }

  finish(): Description {
    return { fields: this.root.fields, error: this.error };
  }

  open(name: string, at: number): void {
    // An extension's data goes by the name of the extension.
    const own = name === 'extension_data' ? extensionName(this.current().fields[0]!.value as number) : name;
    this.path.push({ name: own, start: at, fields: [] });
  }

  close(at: number, value: unknown, type: string): void {
    const node = this.path.pop()!;
    if (at === node.start) return;
    if (type === 'Extension') this.openExtension(node, value as Extension);
    this.current().fields.push(this.field(node, at, value, type));
  }

  private current(): Node {
    return this.path[this.path.length - 1]!;
  }

  private field(node: Node, end: number, value: unknown, type: string): Field {
    const { name, start, fields } = node;
    const meaning = meaningOf(type, name, value);
    if (fields.length === 0) return { name, start, end, value: this.leafValue(start, end), meaning };
    const text = isText(type) ? textOf(value as Uint8Array) : null;
    if (text === null) return { name, start, end, value: contentOf(fields), meaning, fields };
    return { name, start, end, value: text, meaning, fields: asText(fields, text) };
  }

  private leafValue(start: number, end: number): number | string {
    if (end - start <= 4) return new Reader(this.bytes, start, end).uint(end - start);
    return toHex(this.bytes.subarray(start, end));
  }

  /** Puts in place of an extension's bytes what the table says that they are. */
  private openExtension(node: Node, extension: Extension): void {
    const raw = node.fields.pop()!;
    const { name, start, end } = raw;
    const meaning = purposeOf(name);
    const codec = codecIn(this.table, extension.extension_type);
    if (codec === null || codec === rest) {
      node.fields.push({ ...raw, meaning });
      return;
    }
    const length = raw.fields![0]!;
    const vector: Node = { name, start, fields: [length] };
    this.path.push(vector);
    this.decode(name, codec, length.end, end);
    this.path.pop();
    node.fields.push({ name, start, end, value: null, meaning, fields: vector.fields });
  }

  /** Closes what was open beyond `depth` when reading stopped, up to where its length says that it ends. */
  private abandon(depth: number, end: number): void {
    const ends: number[] = [];
    for (const node of this.path.slice(depth)) ends.push(Math.min(endOf(node), ends[ends.length - 1] ?? end));
    while (this.path.length > depth) {
      const node = this.path.pop()!;
      const limit = ends.pop()!;
      if (node.fields.length === 0) continue;
      this.cover(node, limit);
      this.current().fields.push(this.field(node, limit, null, ''));
    }
    this.cover(this.current(), end);
  }

  private cover(node: Node, end: number): void {
    const last = node.fields[node.fields.length - 1];
    const start = last === undefined ? node.start : last.end;
    if (start < end) {
      node.fields.push({ name: 'undecoded', start, end, value: this.leafValue(start, end), meaning: '' });
    }
  }
}

/** Where a vector says that it ends; other fields do not say. */
function endOf(node: Node): number {
  const first = node.fields[0];
  return first === undefined || first.name !== 'length'
    ? Number.POSITIVE_INFINITY
    : first.end + (first.value as number);
}

/** What a vector of bytes holds; other parents have no value. */
function contentOf(fields: readonly Field[]): number | string | null {
  const content = fields[1];
  return fields.length === 2 && content!.name === 'opaque' ? content!.value : null;
}

/** Up to 4 bytes stay a number; the text is then their meaning. */
function asText(fields: readonly Field[], text: string): readonly Field[] {
  return fields.map((field) => {
    if (field.name !== 'opaque') return field;
    return typeof field.value === 'number' ? { ...field, meaning: text } : { ...field, value: text };
  });
}

function codecIn(table: AnyExtensionTable, type: number): Codec<unknown> | null {
  for (const name in table) if (table[name]!.type === type) return table[name]!.codec;
  return null;
}
