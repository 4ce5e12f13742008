import { API_ERRORS, type ApiErrorCode } from './codes/api.ts';
import { CERTIFICATE_ERRORS, type CertificateErrorCode } from './codes/certificate.ts';
import { HANDSHAKE_ERRORS, type HandshakeErrorCode } from './codes/handshake.ts';
import { KEY_ERRORS, type KeyErrorCode } from './codes/key.ts';
import { PSK_ERRORS, type PskErrorCode } from './codes/psk.ts';
import { RECORD_ERRORS, type RecordErrorCode } from './codes/record.ts';
import { WIRE_ERRORS, type WireErrorCode } from './codes/wire.ts';
import type { ErrorRow } from './row.ts';

export type ErrorCode =
  | WireErrorCode
  | RecordErrorCode
  | HandshakeErrorCode
  | PskErrorCode
  | CertificateErrorCode
  | KeyErrorCode
  | ApiErrorCode;

/** Every error this library makes: its alert, who is to blame, the rule, and what to do. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = {
  ...WIRE_ERRORS,
  ...RECORD_ERRORS,
  ...HANDSHAKE_ERRORS,
  ...PSK_ERRORS,
  ...CERTIFICATE_ERRORS,
  ...KEY_ERRORS,
  ...API_ERRORS,
};
