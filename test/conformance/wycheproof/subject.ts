import type { Aead, Cbc, Hash, PublicKey, SignatureVerifier } from '../../../src/crypto/index.ts';
import type { Kem } from '../../../src/providers/shared/hybrid.ts';

/** A provider as the vectors see it. What it lacks is null: the runner tells so by name. */
export interface Subject {
  readonly name: string;
  readonly hashes: readonly Hash[];
  readonly aeads: readonly Aead[];
  readonly cbcs: readonly Cbc[];
  readonly verifiers: readonly SignatureVerifier[];
  /** The shared secret of a group, by the function that makes it in a handshake. `privateKey` is big-endian for curves of Weierstrass form. */
  agree(group: string, privateKey: Uint8Array, peer: Uint8Array): Uint8Array | null;
  hasGroup(group: string): boolean;
  /** ML-KEM-768 in which the provider draws these bytes instead of random ones; null where it cannot be told what to draw. */
  seededKem(drawn: Uint8Array): Kem | null;
  kem(): Promise<Kem>;
  /** Signatures and decryption with a PKCS #8 key; null for providers that hold no private keys. */
  readonly privateKeys: PrivateKeys | null;
}

export interface PrivateKeys {
  canHold(kind: 'rsa' | 'ml-dsa'): boolean;
  sign(pkcs8: Uint8Array, scheme: string, message: Uint8Array): Promise<Uint8Array>;
  rsaDecrypt(pkcs8: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array>;
}

export function verifierFor(
  subject: Subject,
  kind: string,
  hash: string | null,
  key: PublicKey,
): SignatureVerifier | null {
  for (const verifier of subject.verifiers) {
    if (verifier.kind !== kind || verifier.hash !== hash) continue;
    if (verifier.curves === undefined || verifier.curves.includes(key.curve!)) return verifier;
  }
  return null;
}
