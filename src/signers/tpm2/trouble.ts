import { isTlsError, TlsError } from '../../errors/index.ts';
import { RC } from './constants.ts';
import { TpmError } from './tpm-error.ts';

const WRONG: readonly number[] = [RC.AUTH_FAIL, RC.BAD_AUTH];
const FULL: readonly number[] = [RC.OBJECT_MEMORY, RC.SESSION_MEMORY, RC.MEMORY, RC.OBJECT_HANDLES];
const UNABLE: readonly number[] = [RC.SCHEME, RC.HASH, RC.ATTRIBUTES, RC.TICKET, RC.VALUE, RC.SIZE];

/** Whether to load the key anew and try again: the TPM was restarted, or the connection to it lost. */
export function isStale(error: unknown): boolean {
  if (error instanceof TpmError) return error.rc === RC.REFERENCE_H0 || error.rc === RC.HANDLE;
  return isTlsError(error) && error.code === 'ERR_TLS_KEY_DEVICE';
}

export function isWrongPassword(error: unknown): boolean {
  return error instanceof TpmError && WRONG.includes(error.rc);
}

export function cannotSignSo(error: unknown): boolean {
  return error instanceof TpmError && UNABLE.includes(error.rc);
}

/** In the words of the library. `tried`: whether there was a password to try. */
export function explained(error: unknown, keyName: string, tried: boolean): unknown {
  if (!(error instanceof TpmError)) return error;
  const told = (code: TlsError['code'], advice: string = ''): TlsError =>
    new TlsError(code, { detail: `${keyName}: ${error.message}${advice}`, cause: error });
  if (WRONG.includes(error.rc)) return told(tried ? 'ERR_TLS_KEY_PIN_WRONG' : 'ERR_TLS_KEY_PIN_MISSING');
  if (error.rc === RC.LOCKOUT) return told('ERR_TLS_KEY_PIN_LOCKED');
  if (error.rc === RC.HANDLE) return told('ERR_TLS_KEY_NOT_FOUND', ': nothing is stored there');
  if (FULL.includes(error.rc)) {
    return told('ERR_TLS_KEY_DEVICE', ': it has no room for another key; "tpm2_flushcontext -t" makes some');
  }
  if (error.rc === RC.INITIALIZE) {
    return told('ERR_TLS_KEY_DEVICE', ': it was not started; swtpm wants --flags not-need-init,startup-clear');
  }
  return told(UNABLE.includes(error.rc) ? 'ERR_TLS_KEY_SCHEME' : 'ERR_TLS_KEY_DEVICE');
}
