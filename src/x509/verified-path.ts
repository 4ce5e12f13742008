import type { TrustAnchor } from './anchor.ts';
import type { Certificate } from './certificate.ts';

declare const verified: unique symbol;

/** A path from a certificate to a trust anchor that has passed every check. Minted here alone. */
export interface VerifiedPath {
  readonly [verified]: true;
  readonly leaf: Certificate;
  /** Leaf first, without the anchor. A leaf that is trusted itself stands alone. */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
  /**
   * Seconds since 1970 until which this holds: all certificates are valid, and what is known about their revocation is
   * current. Null if no date was checked.
   */
  readonly notAfter: number | null;
  /** Policies that are valid for the whole path (RFC 5280, section 6.1.6); `anyPolicy` stands for all. */
  readonly policies: readonly string[];
  /** The name in the leaf that the server's name matched; null if none was asked for. */
  readonly matchedName: string | null;
  /** What was deliberately not checked and why, in words. */
  readonly unchecked: readonly string[];
}

export type PathFacts = { readonly [K in Exclude<keyof VerifiedPath, typeof verified>]: VerifiedPath[K] };

export function mintVerifiedPath(facts: PathFacts): VerifiedPath {
  return facts as VerifiedPath;
}

/** DER, leaf first; the anchor last if it came as a certificate. */
export function pathDer(path: VerifiedPath): Uint8Array[] {
  const chain = path.certificates.map(({ der }) => der);
  const { certificate } = path.anchor;
  if (certificate !== null && certificate !== path.certificates[chain.length - 1]) chain.push(certificate.der);
  return chain;
}
