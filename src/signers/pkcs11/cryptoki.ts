/** An opaque handle of a slot, session or object, as the route to the module writes it. */
export type Handle = Uint8Array;

export interface Slot {
  readonly handle: Handle;
  readonly id: number;
}

export interface LibraryInfo {
  readonly manufacturer: string;
  readonly description: string;
  /** 'major.minor'. */
  readonly version: string;
}

export interface SlotInfo {
  readonly description: string;
  readonly manufacturer: string;
}

export interface TokenInfo {
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  /** CKF_* of CK_TOKEN_INFO. */
  readonly flags: number;
}

/** An attribute with the form of its value. */
export interface AttributeType<T> {
  readonly id: number;
  readonly form: 'bytes' | 'number' | 'flag' | 'numbers';
  /** There for its type alone. */
  readonly is?: T;
}

export type AttributeValue = Uint8Array | number | boolean | readonly number[];

export interface Condition {
  readonly type: AttributeType<unknown>;
  readonly value: Uint8Array | number;
}

export interface Mechanism {
  /** CKM_*. */
  readonly type: number;
  /** CK_RSA_PKCS_PSS_PARAMS: CKM_* of the hash, CKG_* of the mask, bytes of salt. */
  readonly pss?: { readonly hash: number; readonly mask: number; readonly salt: number };
}

/** What is done with a private key in one go. */
export interface Operation {
  readonly kind: 'sign' | 'decrypt';
  readonly session: Handle;
  readonly key: Handle;
  readonly mechanism: Mechanism;
  readonly input: Uint8Array;
  /** Bytes that the result may have. Too few would leave the operation active, and the session unusable. */
  readonly room: number;
  /** The PIN for keys that want it for each operation; null: enter it at the token. Absent for other keys. */
  readonly pin?: Uint8Array | null;
}

/**
 * What is used of PKCS#11, whichever way leads to the module. Everything rejects with a CryptokiError, or with
 * a TlsError where the way itself is broken.
 */
export interface Cryptoki {
  info(): Promise<LibraryInfo>;
  /** Slots that have a token in them. */
  slots(): Promise<Slot[]>;
  slotInfo(slot: Handle): Promise<SlotInfo>;
  tokenInfo(slot: Handle): Promise<TokenInfo>;
  /** CKM_* that the token has. */
  mechanisms(slot: Handle): Promise<number[]>;
  /** CKF_* of CK_MECHANISM_INFO. */
  mechanismFlags(slot: Handle, mechanism: number): Promise<number>;
  openSession(slot: Handle): Promise<Handle>;
  closeSession(session: Handle): Promise<void>;
  /** Null: the PIN is entered at the token itself. */
  login(session: Handle, pin: Uint8Array | null): Promise<void>;
  find(session: Handle, conditions: readonly Condition[]): Promise<Handle[]>;
  /** Null where the object lacks it or does not tell. */
  attribute<T extends AttributeValue>(session: Handle, object: Handle, type: AttributeType<T>): Promise<T | null>;
  perform(operation: Operation): Promise<Uint8Array>;
  /** Lets go of the module, once nothing is under way. */
  close(): Promise<void>;
  /** Breaks off whatever is under way. */
  destroy(): void;
}
