import { fail } from '../errors/index.ts';

/** Bounds on the work that one search for a path may cost, whatever certificates it is given. */
export interface PathLimits {
  /** Signatures verified; a slow key counts several times (`signatureCost`). */
  readonly signatures: number;
  /** Certificates and anchors tried as issuers. */
  readonly steps: number;
  /** Pairs of a name and a name constraint. */
  readonly nameComparisons: number;
  /** URLs from which issuers are fetched; further ones are passed over. */
  readonly fetches: number;
}

export const DEFAULT_PATH_LIMITS: PathLimits = { signatures: 100, steps: 1000, nameComparisons: 250_000, fetches: 4 };

/** Counts down (a limit that is not a number is none left). Methods fail with ERR_TLS_CERT_BUDGET when nothing is left, which ends the search. */
export class Budget {
  private signatures: number;
  private steps: number;
  private nameComparisons: number;
  private fetches: number;

  constructor(limits: Partial<PathLimits>) {
    this.signatures = limits.signatures ?? DEFAULT_PATH_LIMITS.signatures;
    this.steps = limits.steps ?? DEFAULT_PATH_LIMITS.steps;
    this.nameComparisons = limits.nameComparisons ?? DEFAULT_PATH_LIMITS.nameComparisons;
    this.fetches = limits.fetches ?? DEFAULT_PATH_LIMITS.fetches;
  }

  verifySignature(cost: number): void {
    this.signatures -= cost;
    if (!(this.signatures >= 0)) fail('ERR_TLS_CERT_BUDGET', 'too many signatures would have to be verified');
  }

  tryIssuer(): void {
    this.steps -= 1;
    if (!(this.steps >= 0)) fail('ERR_TLS_CERT_BUDGET', 'too many certificates would have to be tried as issuers');
  }

  compareNames(pairs: number): void {
    this.nameComparisons -= pairs;
    if (!(this.nameComparisons >= 0)) fail('ERR_TLS_CERT_BUDGET', 'too many names meet too many name constraints');
  }

  /** Whether one more URL may be fetched. This limit alone ends nothing. */
  mayFetch(): boolean {
    this.fetches -= 1;
    return this.fetches >= 0;
  }
}
