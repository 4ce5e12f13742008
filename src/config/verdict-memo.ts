import { copyBytes, equalBytes } from '../bytes/index.ts';
import type { PresentedIdentity, Verdict } from '../handshake/peer.ts';

interface Entry {
  readonly identity: PresentedIdentity;
  readonly verdict: Verdict;
  /** Seconds since 1970 between which the verdict holds. */
  readonly from: number;
  readonly until: number;
}

/**
 * Good verdicts on chains that come again: a client that reconnects sees the same certificates. It holds for one
 * verifier, whose anchors and rules do not change; a verdict that depends on the moment, as with CRLs, has no place here.
 */
export class VerdictMemo {
  private readonly max: number;
  /** In order of use, newest last. */
  private readonly entries: Entry[] = [];

  constructor(max: number) {
    this.max = max;
  }

  /** The verdict on this very chain for this name, if it still holds at `time` (seconds; null: no date is checked). */
  find(identity: PresentedIdentity, time: number | null): Verdict | null {
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const entry = this.entries[i]!;
      if (!same(entry.identity, identity)) continue;
      this.entries.splice(i, 1);
      if (time !== null && (time < entry.from || time > entry.until)) return null;
      this.entries.push(entry);
      return entry.verdict;
    }
    return null;
  }

  keep(identity: PresentedIdentity, verdict: Verdict, from: number, until: number): void {
    const chain = identity.chain.map(copyBytes);
    this.entries.push({ identity: { ...identity, chain }, verdict, from, until });
    if (this.entries.length > this.max) this.entries.shift();
  }
}

function same(a: PresentedIdentity, b: PresentedIdentity): boolean {
  return (
    a.role === b.role &&
    a.serverName === b.serverName &&
    a.chain.length === b.chain.length &&
    a.chain.every((der, i) => equalBytes(der, b.chain[i]!))
  );
}
