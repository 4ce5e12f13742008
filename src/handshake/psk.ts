import { isBytes } from '../bytes/index.ts';
import { asTlsError, fail, isTlsError } from '../errors/index.ts';
import { type Awaitable, type Flow, perform, type Signal } from '../flow/index.ts';

const MAX_SIZE = 0xffff;

/** Asks the configuration's function about a key, and turns what it throws into ERR_TLS_PSK_FAILED. */
export function* askForPsk<T>(run: (signal: Signal) => Awaitable<T>): Flow<T> {
  try {
    return yield* perform('select-psk', run);
  } catch (reason) {
    throw isTlsError(reason) ? reason : asTlsError(reason, 'ERR_TLS_PSK_FAILED');
  }
}

/** Fails with ERR_TLS_PSK_FAILED on what is no key: that would agree with everybody who guesses so. */
export function checkPskKey(key: unknown): Uint8Array {
  if (isBytes(key) && key.length > 0 && key.length <= MAX_SIZE) return key;
  return fail('ERR_TLS_PSK_FAILED', isBytes(key) ? `a key of ${key.length} bytes` : 'the key is not made of bytes');
}
