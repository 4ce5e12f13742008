import type { SignatureVerifier } from '../crypto/index.ts';
import type { AnchorSet } from './anchor.ts';
import type { PathLimits } from './budget.ts';
import type { PathCache } from './cache.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { Profile, Usage } from './profile/index.ts';
import type { RevocationPolicy } from './revocation.ts';

/** How paths are judged, apart from the certificates themselves. */
export interface PathOptions {
  readonly anchors: AnchorSet;
  readonly verifiers: readonly SignatureVerifier[];
  /** Seconds since 1970, fractions are cut off; null: validity is not checked. */
  readonly time: number | null;
  /** The time is at least this, whatever the clock says: the date of the build, for devices whose clock may not be set. */
  readonly earliest?: number;
  /** Null: extended key usage is not checked. */
  readonly usage: Usage | null;
  /**
   * Bits of `KEY_USAGE`: the leaf needs one of them if it has a keyUsage. Absent: not checked here, since only a handshake
   * knows what the key will have to do.
   */
  readonly keyUsage?: number;
  readonly profile: Profile;
  /** Intermediates allowed, self-issued ones aside. Default: 10. */
  readonly maxDepth?: number;
  readonly limits?: Partial<PathLimits>;
  readonly crls?: readonly Crl[];
  /** Default: `prefer`. Without `crls` it matters only if it is `require`. */
  readonly revocation?: RevocationPolicy;
  /**
   * Whether an anchor that was given as a certificate and is not self-issued ends a path. Default: true. If false it
   * serves as an intermediate, as OpenSSL has it without its partial-chain flag.
   */
  readonly partialChain?: boolean;
  readonly cache?: PathCache;
}

export interface PathRequest extends PathOptions {
  readonly leaf: Certificate;
  /** In any order; those that are not needed may be broken. */
  readonly intermediates: readonly Certificate[];
}

export const DEFAULT_DEPTH = 10;
