import type { Reader, Writer } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Codec, UintShape } from './codec.ts';

class Uint implements Codec<number> {
  readonly name: string;
  readonly shape: UintShape;

  constructor(name: string, size: number) {
    this.name = name;
    this.shape = { kind: 'uint', size };
  }

  read(reader: Reader): number {
    return reader.uint(this.shape.size);
  }

  write(writer: Writer, value: number): void {
    // The writer itself refuses what is negative or too large.
    if (Math.floor(value) !== value) fail('ERR_TLS_ENCODE', `${writer.field}: ${value} is not a whole number`);
    writer.uint(this.shape.size, value);
  }
}

export const uint8: Codec<number> = /* @__PURE__ */ new Uint('uint8', 1);
export const uint16: Codec<number> = /* @__PURE__ */ new Uint('uint16', 2);
export const uint24: Codec<number> = /* @__PURE__ */ new Uint('uint24', 3);
export const uint32: Codec<number> = /* @__PURE__ */ new Uint('uint32', 4);

/**
 * A number of `size` bytes whose values have names in the registry of this name. Values without a name are as good:
 * what to do about them is for the handshake to say.
 */
export function enumerated(name: string, size: number): Codec<number> {
  return new Uint(name, size);
}
