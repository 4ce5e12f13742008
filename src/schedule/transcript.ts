import { concat, EMPTY } from '../bytes/index.ts';
import type { Hash, RunningHash } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';

/**
 * The hash over all handshake messages (RFC 9846, section 4.1). Messages are kept until the hash function is
 * known, and longer only where a TLS 1.2 signature will need them whole.
 */
export class Transcript {
  private kept: Uint8Array[] | null = [];
  private running: RunningHash | null = null;
  private hash_: Hash | null = null;

  add(message: Uint8Array): void {
    if (this.kept !== null) this.kept.push(message);
    if (this.running !== null) this.running.update(message);
  }

  /** The hash function is negotiated. `keep`: `messages()` will still be asked for. */
  start(hash: Hash, keep: boolean = false): void {
    if (this.running === null) {
      this.hash_ = hash;
      this.running = hash.start();
      for (const message of this.kept!) this.running.update(message);
    } else if (this.hash_ !== hash) fail('ERR_TLS_INTERNAL', 'the transcript hash changed');
    if (!keep) this.kept = null;
  }

  /**
   * A HelloRetryRequest came last: what was before it is replaced by a synthetic message_hash
   * (RFC 9846, section 4.1).
   */
  startRetry(hash: Hash): void {
    const kept = this.kept!;
    const retry = kept[kept.length - 1]!;
    const before = hash.digest(concat(...kept.slice(0, -1)));
    this.kept = [messageHash(before), retry];
    this.start(hash, true);
  }

  /** The hash of everything so far. */
  hash(): Uint8Array {
    return this.running!.peek();
  }

  /** The hash of everything so far and the beginning of a ClientHello, which is not added: its binders need it. */
  hashWithPart(hash: Hash, part: Uint8Array): Uint8Array {
    return hash.digest(concat(...this.kept!, part));
  }

  /** The same for a ClientHello that was added whole, as its receiver has it. */
  hashBeforeLast(hash: Hash, part: Uint8Array): Uint8Array {
    return hash.digest(concat(...this.kept!.slice(0, -1), part));
  }

  /** A transcript that goes its own way from here: certificates asked for after the handshake need one each. */
  copy(): Transcript {
    const copy = new Transcript();
    copy.kept = null;
    copy.hash_ = this.hash_;
    copy.running = this.running!.copy();
    return copy;
  }

  /** All messages, one after the other; only while they are kept. */
  messages(): Uint8Array {
    return this.kept === null ? EMPTY : concat(...this.kept);
  }

  /** The messages are not needed whole any more. */
  forget(): void {
    if (this.running !== null) this.kept = null;
  }
}

function messageHash(digest: Uint8Array): Uint8Array {
  return concat(new Uint8Array([254, 0, 0, digest.length]), digest);
}
