import { fail, TlsError } from '../../errors/index.ts';
import type { Signal } from '../../flow/index.ts';
import { abortReason } from './patience.ts';

/** One way to a device: a session, a connection. It does one operation at a time. */
export interface Lane {
  /** Lets go of it; nothing is under way. */
  close(): Promise<void>;
  /** Breaks it off, whatever is under way. */
  destroy(): void;
}

export interface LaneOptions<L extends Lane> {
  /** What the lanes lead to, for errors. */
  readonly name: string;
  /** How many operations may be under way at once. */
  readonly count: number;
  /** Milliseconds for one operation, opening included. */
  readonly timeout: number;
  /**
   * Called for one lane at a time, so that a PIN is never tried twice before its answer is known. Aborted when it takes
   * too long.
   */
  open(signal: AbortSignal): Promise<L>;
  /** Whether the lane is of no use after this error, and a new one may do better. */
  isStale(error: unknown): boolean;
}

interface Job<L> {
  readonly work: (lane: L) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: Signal | null;
  readonly onAbort: () => void;
  /** Its caller has been answered. */
  over: boolean;
  retried: boolean;
}

/** One job on its way through a lane. */
interface Turn<L> {
  lane: L | null;
  /** Its time was up: whatever comes of it is dropped. */
  late: boolean;
  /** Ends the opening of a lane. */
  readonly lost: AbortController | null;
}

/**
 * Lets many callers share few lanes, first come, first served. Lanes are opened when they are needed. A lane that turns
 * out to be stale (token removed, process gone) is replaced and its operation done again, once. A caller who aborts is
 * answered at once; what the device has begun for him runs to its end or its time limit before the lane serves others.
 */
export class Lanes<L extends Lane> {
  private readonly options: LaneOptions<L>;
  private waiting: Job<L>[] = [];
  private idle: L[] = [];
  /** Lanes that exist or are being opened. */
  private total: number = 0;
  private opening: Promise<unknown> = Promise.resolve();
  private closed: boolean = false;
  private whenQuiet: (() => void)[] = [];

  constructor(options: LaneOptions<L>) {
    this.options = options;
  }

  /** Fails with ERR_TLS_KEY_TIMEOUT, ERR_TLS_KEY_CLOSED, with the signal's reason, or as `work` does. */
  run<T>(work: (lane: L) => Promise<T>, signal: Signal | null = null): Promise<T> {
    if (this.closed) return Promise.reject(this.closedError());
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => this.abort(job);
      const job: Job<L> = {
        work,
        resolve: resolve as (value: unknown) => void,
        reject,
        signal,
        onAbort,
        over: false,
        retried: false,
      };
      signal?.addEventListener('abort', onAbort);
      this.waiting.push(job);
      this.dispatch();
    });
  }

  /** Refuses what waits, lets what is under way finish, and closes all lanes. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.waiting.splice(0)) answer(job, () => job.reject(this.closedError()));
    await this.quiet();
  }

  private dispatch(): void {
    while (this.waiting.length > 0 && (this.idle.length > 0 || this.total < this.options.count)) {
      const lane = this.idle.pop() ?? null;
      if (lane === null) this.total += 1;
      this.serve(this.waiting.shift()!, lane);
    }
    if (!this.closed) return;
    for (const lane of this.idle.splice(0))
      void lane
        .close()
        .catch(() => {})
        .then(() => this.release());
    if (this.total === 0) for (const resolve of this.whenQuiet.splice(0)) resolve();
  }

  private serve(job: Job<L>, given: L | null): void {
    const turn: Turn<L> = { lane: given, late: false, lost: given === null ? new AbortController() : null };
    const timer = setTimeout(() => this.giveUp(job, turn), this.options.timeout);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      if (!turn.late) then();
    };
    this.perform(job, turn).then(
      (value) =>
        settle(() => {
          answer(job, () => job.resolve(value));
          this.keep(turn.lane!);
        }),
      (error) => settle(() => this.failed(job, turn, error)),
    );
  }

  private async perform(job: Job<L>, turn: Turn<L>): Promise<unknown> {
    if (turn.lane === null) {
      const lane = await this.openOne(turn.lost!.signal);
      turn.lane = lane;
      if (turn.late) lane.destroy();
    }
    return job.over ? null : job.work(turn.lane);
  }

  private openOne(signal: AbortSignal): Promise<L> {
    const opened = this.opening.then(() => this.options.open(signal));
    this.opening = opened.catch(() => {});
    return opened;
  }

  private failed(job: Job<L>, { lane }: Turn<L>, error: unknown): void {
    const stale = lane !== null && this.options.isStale(error);
    if (stale && !job.retried && !job.over) {
      job.retried = true;
      this.waiting.unshift(job);
    } else answer(job, () => job.reject(error));
    if (lane !== null && !stale) this.keep(lane);
    else {
      lane?.destroy();
      this.release();
    }
  }

  private giveUp(job: Job<L>, turn: Turn<L>): void {
    turn.late = true;
    if (turn.lane === null) this.opening = Promise.resolve();
    turn.lane?.destroy();
    answer(job, () => job.reject(this.timeoutError()));
    turn.lost?.abort(this.timeoutError());
    this.release();
  }

  private keep(lane: L): void {
    this.idle.push(lane);
    this.dispatch();
  }

  private release(): void {
    this.total -= 1;
    this.dispatch();
  }

  private abort(job: Job<L>): void {
    this.waiting = this.waiting.filter((one) => one !== job);
    answer(job, () => job.reject(abortReason(job.signal!)));
  }

  private quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.whenQuiet.push(resolve);
      this.dispatch();
    });
  }

  private closedError(): TlsError {
    return new TlsError('ERR_TLS_KEY_CLOSED', { detail: this.options.name });
  }

  private timeoutError(): TlsError {
    const { name, timeout } = this.options;
    return new TlsError('ERR_TLS_KEY_TIMEOUT', { detail: `${name} gave no answer within ${timeout} ms` });
  }
}

/** Milliseconds from an option; fails with ERR_TLS_CONFIG. */
export function timeoutFrom(value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value > 0 && value < 2 ** 31) return value;
  return fail('ERR_TLS_CONFIG', 'timeout: give milliseconds as a positive whole number');
}

function answer<L>(job: Job<L>, tell: () => void): void {
  if (job.over) return;
  job.over = true;
  job.signal?.removeEventListener('abort', job.onAbort);
  tell();
}
