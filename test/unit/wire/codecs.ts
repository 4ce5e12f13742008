import * as wire from '../../../src/wire/index.ts';

type Entry<T> = [name: string, value: T];
type AnyTable = wire.ExtensionTable<Record<string, unknown>>;

const EXPORTS: readonly Entry<unknown>[] = Object.entries(wire);

/** Every codec that the wire exports. */
export const CODECS: readonly Entry<wire.Codec<unknown>>[] = EXPORTS.filter(
  (entry): entry is Entry<wire.Codec<unknown>> => isCodec(entry[1]),
);

/** Every table of extensions that the wire exports. */
export const TABLES: readonly Entry<AnyTable>[] = EXPORTS.filter((entry): entry is Entry<AnyTable> =>
  entry[0].endsWith('EXTENSIONS'),
);

function isCodec(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'shape' in value && 'read' in value;
}
