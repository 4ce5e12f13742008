import { invalidArgType, outOfRange } from './node-error.ts';

const LONGEST = 2 ** 31 - 1;

/** Tells when nothing has happened for a while. It keeps no process alive. */
export class IdleTimer {
  private timer: NodeJS.Timeout | null = null;

  /** Begins anew; 0 milliseconds stop it. */
  set(milliseconds: number, expired: () => void): void {
    this.stop();
    if (milliseconds > 0) this.timer = setTimeout(expired, Math.min(milliseconds, LONGEST)).unref();
  }

  refresh(): void {
    if (this.timer !== null) this.timer.refresh();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Checks the argument of `setTimeout` as Node does. */
export function checkMilliseconds(value: unknown): number {
  if (typeof value !== 'number') throw invalidArgType('msecs', ['number'], value);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw outOfRange('msecs', 'a non-negative finite number', value);
}
