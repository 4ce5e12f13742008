import { toHex } from '../bytes/index.ts';
import type { ReplayGuard } from '../handshake/server/settings.ts';

export interface ReplayWindowOptions {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ids to remember at once; while that many are remembered, no early data is accepted. Default: 100,000. */
  readonly max?: number;
}

/**
 * Remembers early data for as long as its tickets' ages would let it pass again: enough for one server, or for several
 * of which none can open another's tickets (RFC 9846, section 8.2).
 */
export class ReplayWindow implements ReplayGuard {
  private readonly now: () => number;
  private readonly max: number;
  /** When each id may be forgotten, in the order in which they came. */
  private readonly seen: Map<string, number> = new Map();

  constructor(options: ReplayWindowOptions) {
    this.now = options.now;
    this.max = options.max ?? 100_000;
  }

  /** How many ids are remembered. */
  get size(): number {
    return this.seen.size;
  }

  claim(id: Uint8Array, until: number): boolean {
    this.forget();
    const key = toHex(id);
    if (this.seen.has(key) || this.seen.size >= this.max) return false;
    this.seen.set(key, until);
    return true;
  }

  private forget(): void {
    const now = this.now();
    for (const [key, until] of this.seen) {
      if (until > now) return;
      this.seen.delete(key);
    }
  }
}
