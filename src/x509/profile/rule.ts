import type { ErrorCode } from '../../errors/index.ts';
import type { Certificate } from '../certificate.ts';

/**
 * Where a certificate stands in a path. An anchor has a role only if it was given as a certificate; `self` is a leaf
 * that is trusted itself.
 */
export type Role = 'leaf' | 'self' | 'intermediate' | 'anchor';

/** What a leaf is used for (RFC 5280, section 4.2.1.12). */
export type Usage = 'serverAuth' | 'clientAuth';

/** One rule for certificates that can be judged without the rest of the path. */
export interface Rule {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whether the rule binds in the `private` profile too. */
  readonly binds: 'both' | 'strict';
  readonly section: string;
  /** What is wrong where it does not hold, as the end of a sentence. */
  readonly says: string;
  readonly code: ErrorCode;
  holds(certificate: Certificate, role: Role, usage: Usage | null): boolean;
  /** Which part of the certificate it is, where the rule alone does not tell. */
  readonly tells?: (certificate: Certificate) => string;
}

/** A named set of rules. */
export interface Profile {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Whether SHA-1 signatures are refused even where a verifier for them is given. MD5 always is. */
  readonly refusesSha1: boolean;
  /** Whether CRLs must have a CRLNumber, not critical, and a nextUpdate (RFC 5280, sections 5.1.2.5 and 5.2.3). */
  readonly strictCrls: boolean;
}
