/** Seals what goes out under one key. */
export interface Sealer {
  /** The most bytes that sealing adds to content, the header aside. */
  readonly expansion: number;
  /** Records that the key may still protect. */
  readonly left: number;
  /** Appends one whole record to `out`, as pieces that belong to the transport from then on. */
  seal(type: number, content: Uint8Array, out: Uint8Array[]): void;
}

/** Opens what comes in under one key. */
export interface Opener {
  /** The content type of what `open` returned last: in TLS 1.3 it is inside. */
  type: number;
  /** Whether records are protected. */
  readonly protects: boolean;
  /** The content of a whole record. Fails with ERR_TLS_BAD_RECORD_MAC and its kin. */
  open(record: Uint8Array): Uint8Array;
}

/** Both directions of one generation of keys. */
export interface Protection {
  readonly sealer: Sealer;
  readonly opener: Opener;
}
