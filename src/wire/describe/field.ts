/** One part of a record or message, as the RFC names it. */
export interface Field {
  /** RFC or IANA name; `undecoded` for bytes that are not what the RFC describes. */
  readonly name: string;
  /** Offsets into the item's bytes, `end` exclusive. The parts of a field tile it. */
  readonly start: number;
  readonly end: number;
  /**
   * A number for up to 4 bytes, else hex, or text where the RFC means text; of a vector what is in it. Null for what has
   * only parts.
   */
  readonly value: number | string | null;
  /** In plain words or by its registered name; empty where the value says it all. */
  readonly meaning: string;
  readonly fields?: readonly Field[];
}

/** The parts of a whole item. They tile it. */
export interface Description {
  readonly fields: readonly Field[];
  /** Why something is `undecoded`; null if nothing is. */
  readonly error: string | null;
}
