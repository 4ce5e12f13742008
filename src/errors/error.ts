import type { AlertName } from './alerts.ts';
import type { Blame } from './row.ts';
import { ERRORS, type ErrorCode } from './table.ts';

/** What else an error may carry. */
export interface ErrorDetail {
  /** What was found, as the end of a sentence; never a secret. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** DER of the certificate concerned. */
  readonly certificate?: Uint8Array;
  /** The description in the alert that the peer sent. */
  readonly received?: string;
  /** Another alert than the table's, where the RFC draws a finer line than the code does. */
  readonly alert?: AlertName;
}

/** Every error of this library. Tell them apart by `code`, not by class: small engines break `instanceof`. */
export class TlsError extends Error {
  override readonly name: string = 'TlsError';
  readonly code: ErrorCode;
  /** The fatal alert that was or would be sent for it. */
  readonly alert: AlertName | null;
  readonly blame: Blame;
  readonly section: string;
  readonly remedy: string;
  readonly detail: string;
  readonly certificate?: Uint8Array;
  readonly received?: string;

  constructor(code: ErrorCode, more: ErrorDetail = {}) {
    const row = ERRORS[code];
    const detail = more.detail ?? '';
    super(detail === '' ? row.says : `${row.says}: ${detail}`);
    this.code = code;
    this.alert = more.alert ?? row.alert;
    this.blame = row.blame;
    this.section = row.section;
    this.remedy = row.remedy;
    this.detail = detail;
    if (more.cause !== undefined) (this as { cause?: unknown }).cause = more.cause;
    if (more.certificate !== undefined) this.certificate = more.certificate;
    if (more.received !== undefined) this.received = more.received;
  }
}

/** Ends the current step with the error of this code. */
export function fail(code: ErrorCode, detail?: string | ErrorDetail): never {
  throw new TlsError(code, typeof detail === 'string' ? { detail } : detail);
}

export function isTlsError(value: unknown): value is TlsError {
  const code = typeof value === 'object' && value !== null ? (value as { code?: unknown }).code : null;
  return (
    typeof code === 'string' && Object.prototype.hasOwnProperty.call(ERRORS, code) && 'remedy' in (value as object)
  );
}

/** `value` itself if it is ours, else ours with `value` as its cause. */
export function asTlsError(value: unknown, code: ErrorCode = 'ERR_TLS_INTERNAL'): TlsError {
  if (isTlsError(value)) return value;
  const message = typeof value === 'object' && value !== null ? (value as { message?: unknown }).message : value;
  return new TlsError(code, { detail: typeof message === 'string' ? message : '', cause: value });
}
