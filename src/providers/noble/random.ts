/** Random bytes fit for keys, from wherever the host has them. */
export type Random = (size: number) => Uint8Array;
