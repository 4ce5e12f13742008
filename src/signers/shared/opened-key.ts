import type { SigningKey } from '../../crypto/index.ts';

/** A key that a signer found and unlocked. */
export interface OpenedKey {
  /** Goes where a private key goes: `key` of a face, or of a credential. */
  readonly key: SigningKey;
  /** The certificate that is stored with the key, as DER; null where there is none. */
  readonly cert: Uint8Array | null;
  /** Which key this is, in words; never a secret. */
  readonly name: string;
  /** Waits for what is under way, then lets go of the device. */
  close(): Promise<void>;
}
