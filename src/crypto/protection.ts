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
  /** The most bytes of content that a protected record may have; more fails with ERR_TLS_RECORD_OVERFLOW. */
  maxContent: number;
  /** The content of a whole record. Fails with ERR_TLS_BAD_RECORD_MAC and its kin. */
  open(record: Uint8Array): Uint8Array;
}

/** The keys of one direction, cut from TLS 1.2's key block. */
export interface DirectionKeys {
  readonly mac: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface ProtectionOptions12 {
  /** RFC 7366; CBC suites alone. */
  readonly encryptThenMac: boolean;
  /** The most bytes of content that a received record may have. */
  readonly maxContent: number;
  random(size: number): Uint8Array;
}

/** How a suite's records are protected, as code that its value carries: a bundle without CBC suites has none of it. */
export interface RecordProtection12 {
  sealer(keys: DirectionKeys, options: ProtectionOptions12): Sealer;
  opener(keys: DirectionKeys, options: ProtectionOptions12): Opener;
}
