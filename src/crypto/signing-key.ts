import type { Awaitable, Signal } from '../flow/index.ts';
import type { SignatureScheme } from './schemes.ts';

/** A private key that is used, never read. */
export interface SigningKey {
  /** SubjectPublicKeyInfo as DER; compared with the leaf certificate where given. */
  readonly publicKey?: Uint8Array;
  /** What it can really do, best first. Versions and suites follow from it: an RSA key without PSS means TLS 1.2. */
  readonly schemes: readonly SignatureScheme[];
  /** Returns ECDSA as DER, RSA with the modulus's length. What comes back is verified before it is sent. */
  sign(request: SignRequest): Awaitable<Uint8Array>;
  /** Static RSA suites alone. With `none` the raw RSA result is returned and unpadded here in constant time. */
  readonly rsaDecrypt?: {
    readonly padding: 'none' | 'pkcs1';
    run(ciphertext: Uint8Array, signal: Signal): Awaitable<Uint8Array>;
  };
  /** Whoever opened the key closes it. */
  close?(): Awaitable<void>;
}

export interface SignRequest {
  readonly scheme: SignatureScheme;
  /** Exactly what TLS signs. In TLS 1.2 a client signs the whole handshake so far: several kilobytes. */
  readonly message: Uint8Array;
  /** The hash of `message` that the scheme prescribes. Fails for schemes that hash by themselves (Ed25519). */
  digest(): Uint8Array;
  /** Aborted when the connection is gone or the signer took too long. */
  readonly signal: Signal;
  readonly context: SignContext;
}

export interface SignContext {
  readonly role: 'client' | 'server';
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  readonly serverName?: string;
}
