import type { SignatureVerifier } from '../crypto/index.ts';
import type { Awaitable, Signal } from '../flow/index.ts';
import type { AnchorSet } from './anchor.ts';
import type { PathLimits } from './budget.ts';
import type { PathCache } from './cache.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { OcspChecker } from './ocsp-checker.ts';
import type { Profile, Usage } from './profile/index.ts';
import type { RevocationPolicy, RevocationScope } from './revocation.ts';

/** How paths are judged, apart from the certificates themselves. */
/** An OCSP response that came with a certificate other than the leaf, both as DER. */
export interface IssuerStaple {
  readonly certificate: Uint8Array;
  readonly response: Uint8Array;
}

export interface PathOptions {
  readonly anchors: AnchorSet;
  readonly verifiers: readonly SignatureVerifier[];
  /** Seconds since 1970, fractions are cut off; null: validity is not checked. */
  readonly time: number | null;
  /**
   * Seconds since 1970 that have certainly passed: the date of the build, for devices whose clock may not be set. The time
   * is at least this, whatever the clock says.
   */
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
  /** Judges OCSP responses, stapled and fetched before; `ocspChecker` makes one. Without it none is looked at. */
  readonly ocsp?: OcspChecker;
  /** The OCSP response that the peer sent for its own certificate, as DER. */
  readonly staple?: Uint8Array | null;
  /** Those that it sent for other certificates of its chain (RFC 9846, section 4.5.1.1). */
  readonly issuerStaples?: readonly IssuerStaple[];
  /** Default: `prefer`. */
  readonly revocation?: RevocationPolicy;
  /** For which certificates `require` requires evidence. Default: `path`, which is all of them but the anchor. */
  readonly revocationScope?: RevocationScope;
  /** Certificates of those who sign CRLs for an authority under another key or name. Intermediates are tried as well. */
  readonly crlIssuers?: readonly Certificate[];
  /** What to do with CRLs whose nextUpdate has passed. `use`: they count, and `unchecked` says so. Default: `refuse`. */
  readonly expiredCrls?: 'refuse' | 'use';
  /**
   * Gets the certificates of an issuer that the peer left out, from an http URL in `authorityInfoAccess`: DER, CMS or PEM; null
   * if there is none. The URL is a stranger's: beware of addresses that only this host can reach. Default: nothing is
   * fetched.
   */
  readonly fetchIssuer?: (url: string, signal: Signal) => Awaitable<Uint8Array | null>;
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
