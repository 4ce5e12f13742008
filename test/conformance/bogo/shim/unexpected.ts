/** The connection is not what the flags said it would be. */
export class Unexpected extends Error {}

export function expect(holds: boolean, sentence: string): void {
  if (!holds) throw new Unexpected(sentence);
}
