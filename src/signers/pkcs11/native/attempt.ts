import { TlsError } from '../../../errors/index.ts';
import { CryptokiError } from '../cryptoki-error.ts';

/** Runs a function of the module; what pkcs11js throws becomes a CryptokiError. */
export function attempt<T>(call: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw translated(error, call);
  }
}

export function translated(error: unknown, call: string): unknown {
  if (error instanceof CryptokiError) return error;
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' && code !== 0) return new CryptokiError(code, call);
  return new TlsError('ERR_TLS_KEY_DEVICE', { detail: `pkcs11js failed in ${call}`, cause: error });
}
