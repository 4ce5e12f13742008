export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A hash function with its HMAC. All of it is synchronous: it is cheap everywhere. */
export interface Hash {
  readonly name: HashName;
  /** Bytes of output. */
  readonly size: number;
  digest(data: Uint8Array): Uint8Array;
  start(): RunningHash;
  /** HMAC (RFC 2104) of the concatenated parts. */
  hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array;
}

export interface RunningHash {
  update(data: Uint8Array): void;
  /** The digest of what came so far; more may follow. */
  peek(): Uint8Array;
  copy(): RunningHash;
}
