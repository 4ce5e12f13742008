export type * from './codec.ts';
export { decode, encode } from './coding.ts';
export { list } from './list.ts';
export { enumerated, uint8, uint16, uint24, uint32 } from './number.ts';
export { empty, octets, opaque, rest, vector } from './octets.ts';
export { type Fields, optional, select, sole, struct } from './struct.ts';
