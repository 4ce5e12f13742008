/** One thing that was found out about a key. */
export interface Finding {
  /** What it is about: 'public key', 'versions', the name of a scheme, 'refusal', 'concurrency', 'cancellation', 'decryption'. */
  readonly subject: string;
  readonly ok: boolean;
  /** As a sentence. */
  readonly says: string;
  /** Milliseconds that a signature took. */
  readonly ms?: number;
}
