export { ALERTS, type AlertName, alertName } from './alerts.ts';
export { asTlsError, type ErrorDetail, fail, isTlsError, TlsError } from './error.ts';
export type { Blame, ErrorRow } from './row.ts';
export { ERRORS, type ErrorCode } from './table.ts';
