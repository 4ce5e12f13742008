import type { OnReadOptions } from './options.ts';

/** Node's `onread`: what comes is copied into one buffer, over and over, and a function is told of it. */
export class StaticRead {
  private readonly options: OnReadOptions;
  private buffer: Uint8Array;
  private paused: boolean = false;
  /** What came with what the function said no to. */
  private rest: Uint8Array | null = null;

  constructor(options: OnReadOptions) {
    this.options = options;
    this.buffer = this.next();
  }

  /** False: no more for now. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.paused) {
        this.rest = bytes.subarray(at);
        return false;
      }
      const { buffer: into } = this;
      const count = Math.min(into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + count));
      at += count;
      if (this.options.callback(count, into) === false) this.paused = true;
      this.buffer = this.next();
    }
    return !this.paused;
  }

  pause(): void {
    this.paused = true;
  }

  /** False: the function said no again before all was handed over. */
  resume(): boolean {
    this.paused = false;
    const { rest } = this;
    this.rest = null;
    return rest === null || this.take(rest);
  }

  private next(): Uint8Array {
    const { buffer } = this.options;
    return typeof buffer === 'function' ? buffer() : buffer;
  }
}
