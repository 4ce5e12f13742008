import { fail } from '../../errors/index.ts';
import { type Codec, decode, encode } from '../codec/index.ts';
import type { Extension } from '../extension.ts';

export interface ExtensionEntry<T> {
  /** ExtensionType code point. */
  readonly type: number;
  readonly codec: Codec<T>;
}

/** The extensions that may stand in one kind of message, by their IANA names. A smaller table makes a smaller program. */
export type ExtensionTable<Values extends object> = { readonly [Name in keyof Values]: ExtensionEntry<Values[Name]> };

/** What a block of extensions holds; what is not in it is undefined. */
export type ExtensionValues<Values extends object> = { readonly [Name in keyof Values]?: Values[Name] | undefined } & {
  /** Every type in the block, in its order, whether or not the table has it. */
  readonly seen: readonly number[];
};

/**
 * Decodes the extensions that the table has. Others are listed in `seen` only: whether they may stand there is for the
 * handshake to say. Fails with ERR_TLS_DUPLICATE_EXTENSION (RFC 9846, section 4.3), ERR_TLS_DECODE or
 * ERR_TLS_TRAILING_DATA.
 */
export function readExtensions<Values extends object>(
  table: ExtensionTable<Values>,
  list: readonly Extension[] | null,
): ExtensionValues<Values> {
  const seen: number[] = [];
  const values: Record<string, unknown> = { seen };
  for (const { extension_type: type, extension_data } of list ?? []) {
    const name = nameIn(table, type);
    if (seen.indexOf(type) >= 0) fail('ERR_TLS_DUPLICATE_EXTENSION', `${name ?? `extension ${type}`}`);
    seen.push(type);
    if (name !== null) values[name] = decode(table[name].codec, extension_data);
  }
  return values as ExtensionValues<Values>;
}

/** The extension of this name. Fails with ERR_TLS_ENCODE on a value outside the limits of its type. */
export function writeExtension<Values extends object, Name extends keyof Values>(
  table: ExtensionTable<Values>,
  name: Name,
  value: Values[Name],
): Extension {
  const { type, codec } = table[name];
  return { extension_type: type, extension_data: encode<Values[Name]>(codec, value) };
}

function nameIn<Values extends object>(table: ExtensionTable<Values>, type: number): (keyof Values & string) | null {
  for (const name in table) if (table[name].type === type) return name;
  return null;
}
