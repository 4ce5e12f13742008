import { isBytes } from '../bytes/index.ts';
import { asTlsError, fail, isTlsError } from '../errors/index.ts';
import { type Awaitable, type Flow, perform, type Signal } from '../flow/index.ts';

const MAX_SIZE = 0xffff;

/**
 * The premaster secret of TLS 1.2's PSK suites (RFC 4279, section 2): what was agreed on besides, or as many zeros as
 * the key has bytes, and then the key.
 */
export function pskPremaster(agreed: Uint8Array | null, key: Uint8Array): Uint8Array {
  const other = agreed ?? new Uint8Array(key.length);
  const premaster = new Uint8Array(4 + other.length + key.length);
  premaster[0] = other.length >> 8;
  premaster[1] = other.length & 255;
  premaster.set(other, 2);
  premaster[2 + other.length] = key.length >> 8;
  premaster[3 + other.length] = key.length & 255;
  premaster.set(key, 4 + other.length);
  return premaster;
}

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
