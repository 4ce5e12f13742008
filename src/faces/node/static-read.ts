import type { OnReadOptions } from './options.ts';

/** Node's `onread`: what comes is copied into one buffer, over and over, and a function is told of it. */
export class StaticRead {
  private readonly options: OnReadOptions;
  /** What came after the function had said no. */
  private waiting: Uint8Array[] = [];

  constructor(options: OnReadOptions) {
    this.options = options;
  }

  /** False: the function wants no more for now. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      const { buffer, callback } = this.options;
      const into = typeof buffer === 'function' ? buffer() : buffer;
      const count = Math.min(into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + count));
      at += count;
      if (callback(count, into) !== false) continue;
      if (at < bytes.length) this.waiting.push(bytes.subarray(at));
      return false;
    }
    return true;
  }

  /** Somebody wants data again. False: the function said no before all was handed over. */
  flush(): boolean {
    while (this.waiting.length > 0) {
      const [first, ...rest] = this.waiting;
      this.waiting = rest;
      if (!this.take(first!)) {
        this.waiting = [...this.waiting.slice(rest.length), ...rest];
        return false;
      }
    }
    return true;
  }
}
