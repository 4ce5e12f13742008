import { type ErrorCode, isTlsError } from '../../src/errors/index.ts';

/** The code of the TlsError that `run` throws; null if it throws nothing. Anything else that it throws goes on. */
export function codeOf(run: () => unknown): ErrorCode | null {
  try {
    run();
  } catch (reason) {
    if (isTlsError(reason)) return reason.code;
    throw reason;
  }
  return null;
}
