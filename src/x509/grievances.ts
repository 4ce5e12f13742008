import { type ErrorCode, fail, type TlsError } from '../errors/index.ts';

/** What tells a user more comes out on top: an unknown issuer never masks an expired one. Others are in between. */
const RANKS: Partial<Record<ErrorCode, number>> = {
  ERR_TLS_CERT_UNKNOWN_ISSUER: 0,
  ERR_TLS_CERT_UNKNOWN_ROOT: 1,
  ERR_TLS_CERT_SELF_SIGNED: 1,
  ERR_TLS_CERT_SELF_SIGNED_ROOT: 1,
  ERR_TLS_CERT_SIGNATURE: 2,
  ERR_TLS_CERT_TOO_DEEP: 3,
  ERR_TLS_CERT_PROFILE: 4,
  ERR_TLS_CERT_NOT_YET_VALID: 6,
  ERR_TLS_CERT_EXPIRED: 7,
  ERR_TLS_CERT_REVOKED: 8,
};
const USUAL = 5;

/** The errors that a search has met on the ways it tried. */
export class Grievances {
  private worst: TlsError | null = null;

  note(error: TlsError): void {
    if (this.wants(error.code)) this.worst = error;
  }

  /** Whether an error of this code would be kept: making one that is not is wasted work in a search with dead ends. */
  wants(code: ErrorCode): boolean {
    return this.worst === null || rank(code) > rank(this.worst.code);
  }

  raise(): never {
    if (this.worst !== null) throw this.worst;
    return fail('ERR_TLS_CERT_UNKNOWN_ISSUER');
  }
}

function rank(code: ErrorCode): number {
  return RANKS[code] ?? USUAL;
}
