/**
 * A 64-bit record sequence number as two halves: numbers beyond 2^53 lose bits, and BigInt costs too much per record.
 * Key limits end a key long before the high half is full.
 */
export class Sequence {
  private high: number = 0;
  private low: number = 0;

  /** Writes the number big-endian at `at`, by exclusive or, and moves on. */
  xorInto(bytes: Uint8Array, at: number): void {
    const { high, low } = this;
    bytes[at] = bytes[at]! ^ (high >>> 24);
    bytes[at + 1] = bytes[at + 1]! ^ ((high >>> 16) & 255);
    bytes[at + 2] = bytes[at + 2]! ^ ((high >>> 8) & 255);
    bytes[at + 3] = bytes[at + 3]! ^ (high & 255);
    bytes[at + 4] = bytes[at + 4]! ^ (low >>> 24);
    bytes[at + 5] = bytes[at + 5]! ^ ((low >>> 16) & 255);
    bytes[at + 6] = bytes[at + 6]! ^ ((low >>> 8) & 255);
    bytes[at + 7] = bytes[at + 7]! ^ (low & 255);
    this.low = (low + 1) >>> 0;
    if (this.low === 0) this.high = (high + 1) >>> 0;
  }

  /** Takes the last number back: the record was not one of this sequence. */
  back(): void {
    if (this.low === 0) this.high = (this.high - 1) >>> 0;
    this.low = (this.low - 1) >>> 0;
  }

  /** Records so far, for key limits. */
  get count(): number {
    return this.high * 0x1_0000_0000 + this.low;
  }
}
