import fc from 'fast-check';
import type { Codec, Limits, Shape } from '../../../src/wire/index.ts';

/** Random values of what the codec says that it reads. */
export function valuesOf(codec: Codec<unknown>): fc.Arbitrary<unknown> {
  const { shape } = codec;
  switch (shape.kind) {
    case 'uint':
      return fc.integer({ min: 0, max: 256 ** shape.size - 1 });
    case 'opaque':
      return bytes(shape.size, shape.size);
    case 'vector':
    case 'octets':
      return bytes(shape.min, Math.min(shape.max, shape.min + 24));
    case 'rest':
      return bytes(0, 24);
    case 'empty':
      return fc.constant(true);
    case 'list': {
      const needed = Math.ceil(shape.min / smallest(shape.item.shape));
      return fc.array(valuesOf(shape.item), { minLength: needed, maxLength: needed + 3 });
    }
    case 'struct':
      return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, valuesOf(field.codec)])));
    case 'sole':
      return valuesOf(shape.field.codec);
    case 'select':
      return fc.oneof(
        ...Object.entries(shape.cases).map(([tag, body]) =>
          fc.record({ [shape.tag.name]: fc.constant(Number(tag)), [shape.body]: valuesOf(body) }),
        ),
        fc.record({
          [shape.tag.name]: valuesOf(shape.tag.codec).filter((tag) => shape.cases[tag as number] === undefined),
          [shape.body]: valuesOf(shape.otherwise),
        }),
      );
    case 'optional':
      return fc.option(valuesOf(shape.codec), { nil: null });
  }
}

/** A few values that are the same in every run. */
export function samplesOf(codec: Codec<unknown>, count: number): unknown[] {
  return fc.sample(valuesOf(codec), { seed: 20246, numRuns: count });
}

/** Whether a value may end early and still be one: it ends in all that is left, or in what may be left out. */
export function endsOpen(codec: Codec<unknown>): boolean {
  const { shape } = codec;
  switch (shape.kind) {
    case 'rest':
    case 'optional':
      return true;
    case 'struct':
      return endsOpen(shape.fields[shape.fields.length - 1]!.codec);
    case 'sole':
      return endsOpen(shape.field.codec);
    case 'select':
      return endsOpen(shape.otherwise) || Object.values(shape.cases).some(endsOpen);
    default:
      return false;
  }
}

/** Every codec that this one is made of, itself first. */
export function* partsOf(codec: Codec<unknown>): Generator<Codec<unknown>> {
  yield codec;
  for (const part of directParts(codec.shape)) yield* partsOf(part);
}

function directParts(shape: Shape): readonly Codec<unknown>[] {
  switch (shape.kind) {
    case 'list':
    case 'octets':
      return [shape.item];
    case 'struct':
      return shape.fields.map((field) => field.codec);
    case 'sole':
      return [shape.field.codec];
    case 'select':
      return [shape.tag.codec, shape.otherwise, ...Object.values(shape.cases)];
    case 'optional':
      return [shape.codec];
    default:
      return [];
  }
}

/** The limits of a codec that starts with a length; null for others. */
export function limitsOf({ shape }: Codec<unknown>): Limits | null {
  return shape.kind === 'vector' || shape.kind === 'octets' || shape.kind === 'list' ? shape : null;
}

/** Bytes of the smallest value. */
function smallest(shape: Shape): number {
  switch (shape.kind) {
    case 'uint':
    case 'opaque':
      return shape.size;
    case 'vector':
    case 'octets':
    case 'list':
      return lengthSize(shape) + shape.min;
    case 'struct':
      return shape.fields.reduce((sum, field) => sum + smallest(field.codec.shape), 0);
    case 'sole':
      return smallest(shape.field.codec.shape);
    default:
      return 0;
  }
}

export function lengthSize({ max }: Limits): number {
  return max < 2 ** 8 ? 1 : max < 2 ** 16 ? 2 : 3;
}

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}
