import { isTlsError, TlsError } from '../../errors/index.ts';
import { CKR, CryptokiError } from './cryptoki-error.ts';

/** The session or what it stood on is gone, or in a state that nobody gets it out of; a new one may do better. */
const STALE: readonly number[] = [
  CKR.DEVICE_ERROR,
  CKR.DEVICE_REMOVED,
  CKR.FUNCTION_CANCELED,
  CKR.KEY_HANDLE_INVALID,
  CKR.OBJECT_HANDLE_INVALID,
  CKR.OPERATION_ACTIVE,
  CKR.OPERATION_NOT_INITIALIZED,
  CKR.SESSION_CLOSED,
  CKR.SESSION_HANDLE_INVALID,
  CKR.TOKEN_NOT_PRESENT,
  CKR.TOKEN_NOT_RECOGNIZED,
  CKR.USER_NOT_LOGGED_IN,
  CKR.BUFFER_TOO_SMALL,
  CKR.CRYPTOKI_NOT_INITIALIZED,
];

const GONE: readonly number[] = [CKR.DEVICE_REMOVED, CKR.TOKEN_NOT_PRESENT, CKR.TOKEN_NOT_RECOGNIZED];
const UNABLE: readonly number[] = [
  CKR.MECHANISM_INVALID,
  CKR.MECHANISM_PARAM_INVALID,
  CKR.KEY_FUNCTION_NOT_PERMITTED,
  CKR.KEY_TYPE_INCONSISTENT,
  CKR.KEY_SIZE_RANGE,
];

/** Whether another session may succeed where this one failed. */
export function isStale(error: unknown): boolean {
  if (error instanceof CryptokiError) return STALE.includes(error.rv);
  return isTlsError(error) && error.code === 'ERR_TLS_KEY_DEVICE';
}

/** In the words of the library; what is none of the token's doing is left as it is. */
export function explained(error: unknown, keyName: string): unknown {
  if (!(error instanceof CryptokiError)) return error;
  const detail = `${keyName}: ${error.message}`;
  if (GONE.includes(error.rv)) return new TlsError('ERR_TLS_KEY_TOKEN', { detail, cause: error });
  if (UNABLE.includes(error.rv)) return new TlsError('ERR_TLS_KEY_SCHEME', { detail, cause: error });
  return new TlsError('ERR_TLS_KEY_DEVICE', { detail, cause: error });
}
