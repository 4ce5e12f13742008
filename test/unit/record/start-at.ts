/** Lets a test begin near the end of a counter that no test can count up to. */
export function startAt(sequence: object, number: bigint): void {
  Object.assign(sequence, { high: Number(number >> 32n), low: Number(number & 0xffffffffn) });
}

/** The counter inside of a sealer or an opener. */
export function sequenceOf(protection: object): object {
  return (protection as { readonly sequence: object }).sequence;
}
