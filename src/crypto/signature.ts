import type { Awaitable } from '../flow/index.ts';
import type { HashName } from './hash.ts';

export type CurveName =
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'secp256k1'
  | 'brainpoolP256r1'
  | 'brainpoolP384r1'
  | 'brainpoolP512r1';

/** What kind of key a SubjectPublicKeyInfo holds. */
export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';

/** A public key, read strictly from its SubjectPublicKeyInfo by `x509/`. Providers may remember their import of it by identity. */
export interface PublicKey {
  readonly kind: KeyKind;
  /** The whole SubjectPublicKeyInfo as DER. */
  readonly spki: Uint8Array;
  /** EC: the point, uncompressed or compressed as it stands. EdDSA, ML-DSA: the raw key. RSA: RSAPublicKey as DER. */
  readonly raw: Uint8Array;
  /** EC alone. */
  readonly curve?: CurveName;
  /** RSA alone: big-endian, without leading zeros. */
  readonly rsa?: { readonly n: Uint8Array; readonly e: Uint8Array };
  /** RSASSA-PSS keys that restrict their parameters (RFC 4055, section 3.1). */
  readonly pss?: { readonly hash: HashName; readonly saltLength: number };
  /** Size in bits: the RSA modulus, the EC field. */
  readonly bits: number;
}

export type SignatureKind =
  | 'rsa-pkcs1'
  | 'rsa-pss'
  | 'ecdsa'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-44'
  | 'ml-dsa-65'
  | 'ml-dsa-87';

/**
 * One way to verify signatures, in handshakes and certificates alike. ECDSA signatures are DER, RSA ones have the
 * modulus's length; PSS means MGF1 with the same hash and a salt as long as the hash. Malformed signatures and keys
 * that do not fit are `false`, never an exception.
 */
export interface SignatureVerifier {
  readonly kind: SignatureKind;
  /** Null where the algorithm hashes by itself (EdDSA, ML-DSA). */
  readonly hash: HashName | null;
  /** ECDSA: the curves it can do. */
  readonly curves?: readonly CurveName[];
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): Awaitable<boolean>;
}
