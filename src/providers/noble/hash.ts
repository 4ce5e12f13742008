import { hmac } from '@noble/hashes/hmac.js';
import { sha1 as nobleSha1 } from '@noble/hashes/legacy.js';
import { sha256 as nobleSha256, sha384 as nobleSha384, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import type { Hash, HashName, RunningHash } from '../../crypto/index.ts';

export const sha1: Hash = /* @__PURE__ */ nobleHash('sha1', nobleSha1);
export const sha256: Hash = /* @__PURE__ */ nobleHash('sha256', nobleSha256);
export const sha384: Hash = /* @__PURE__ */ nobleHash('sha384', nobleSha384);
export const sha512: Hash = /* @__PURE__ */ nobleHash('sha512', nobleSha512);

type Noble = typeof nobleSha256 | typeof nobleSha384 | typeof nobleSha512 | typeof nobleSha1;
type NobleRunning = ReturnType<Noble['create']>;

function nobleHash(name: HashName, noble: Noble): Hash {
  return {
    name,
    size: noble.outputLen,
    digest: (data) => noble(data),
    start: () => new Running(noble.create()),
    hmac: (key, ...parts) => {
      const running = hmac.create(noble, key);
      for (const part of parts) running.update(part);
      return running.digest();
    },
  };
}

class Running implements RunningHash {
  private readonly hash: NobleRunning;

  constructor(hash: NobleRunning) {
    this.hash = hash;
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  /** `digest` ends a noble hash, so a clone gives it. */
  peek(): Uint8Array {
    return this.hash.clone().digest();
  }

  copy(): RunningHash {
    return new Running(this.hash.clone() as NobleRunning);
  }
}
