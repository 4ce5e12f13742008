import { TlsError } from '../../errors/index.ts';
import type { Signal } from '../../flow/index.ts';

export interface Patience {
  /** Who is waited for, for errors. */
  readonly name: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: Signal;
}

/**
 * Waits for `work`, but no longer than the time allowed, and not once the signal is aborted; `work` is told of either.
 * Rejects as `work` does, with the signal's reason, or with ERR_TLS_KEY_TIMEOUT.
 */
export function waitFor<T>(work: (signal: AbortSignal) => Promise<T>, { name, timeout, signal }: Patience): Promise<T> {
  if (signal?.aborted) return Promise.reject(abortReason(signal));
  return new Promise<T>((resolve, reject) => {
    const stop = new AbortController();
    const end = (then: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      then();
    };
    const giveUp = (reason: unknown): void =>
      end(() => {
        reject(reason);
        stop.abort(reason);
      });
    const onAbort = (): void => giveUp(abortReason(signal!));
    const timer = setTimeout(
      () => giveUp(new TlsError('ERR_TLS_KEY_TIMEOUT', { detail: `${name} gave no answer within ${timeout} ms` })),
      timeout,
    );
    signal?.addEventListener('abort', onAbort);
    work(stop.signal).then(
      (value) => end(() => resolve(value)),
      (reason) => end(() => reject(reason)),
    );
  });
}

/** Why nobody waits any more. */
export function abortReason(signal: Signal): unknown {
  return signal.reason ?? new TlsError('ERR_TLS_DESTROYED', { detail: 'nobody waits for the signature any more' });
}
