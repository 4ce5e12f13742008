import type { Group } from './group.ts';
import type { Hash, HashName } from './hash.ts';
import type { SignatureVerifier } from './signature.ts';
import type { Suite } from './suite.ts';

/**
 * What carries out the cryptography. Each list is at once the order of preference, the capability, and what a
 * bundler keeps. A provider passes the provider tests of everything that it declares.
 */
export interface Provider {
  readonly name: string;
  /** `size` random bytes, fit for keys. */
  random(size: number): Uint8Array;
  readonly hashes: readonly Hash[];
  /** The default offer; opt-in suites are values in files of their own. */
  readonly suites: readonly Suite[];
  readonly groups: readonly Group[];
  readonly verifiers: readonly SignatureVerifier[];
}

export function hashOf(provider: { readonly hashes: readonly Hash[] }, name: HashName): Hash | null {
  for (const hash of provider.hashes) if (hash.name === name) return hash;
  return null;
}
