/**
 * A protocol step that may pause. It returns on success and throws TlsError on failure.
 * Run one from another with `yield*`; called without it, it does nothing.
 */
export type Flow<T> = Generator<Wait, T, unknown>;

/** The only two things a flow can wait for: the peer, or the host. */
export type Wait = NeedMessage | Task;

/** The next handshake message; a type that is not in `allow` fails the connection. */
export interface NeedMessage {
  readonly need: 'message';
  /** HandshakeType code points. */
  readonly allow: readonly number[];
}

/** The value, or a promise for it. Implement extension points with whichever you have. */
export type Awaitable<T> = T | PromiseLike<T>;

/** The part of AbortSignal that is used. A host that has AbortSignal may hand out a real one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a handshake can be suspended on, besides the peer. Nothing else can suspend. */
export type TaskKind =
  | 'select-credential'
  | 'sign'
  | 'verify-signature'
  | 'verify-peer'
  | 'fetch-issuer'
  | 'key-share'
  | 'key-agree'
  | 'load-session'
  | 'open-ticket'
  | 'store-session'
  | 'claim-early-data'
  | 'choose-config'
  | 'staple'
  | 'select-psk'
  | 'rsa-decrypt';

/** Work for the host: it calls `run`, or does the work described by `kind` in its own way. */
export class Task<T = unknown> implements Signal {
  readonly need = 'task' as const;
  readonly kind: TaskKind;
  /** Does the work with what the configuration supplied. */
  readonly run: (signal: Signal) => Awaitable<T>;
  /** Set by the host when it has begun, so that nobody begins twice. */
  started: boolean = false;
  aborted: boolean = false;
  reason: unknown = undefined;
  private listeners: (() => void)[] | null = null;

  constructor(kind: TaskKind, run: (signal: Signal) => Awaitable<T>) {
    this.kind = kind;
    this.run = run;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.listeners === null) this.listeners = [];
    this.listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.listeners !== null) this.listeners = this.listeners.filter((l) => l !== listener);
  }

  /** Tells whoever does the work that nobody waits for it any more. A listener that throws harms nobody. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.listeners;
    this.listeners = null;
    if (listeners !== null) for (const listener of listeners) quietly(listener);
  }
}

function quietly(listener: () => void): void {
  try {
    listener();
  } catch {
    // Whoever listens has its own way to report its faults; the connection is gone already.
  }
}

/** Hands `run` to the host and continues with its answer. The one place where that answer is given its type. */
export function* perform<T>(kind: TaskKind, run: (signal: Signal) => Awaitable<T>): Flow<T> {
  return (yield new Task<T>(kind, run)) as T;
}

/** As `perform`, for work that a handshake can do without: null where it fails. */
export function* attempt<T>(kind: TaskKind, run: (signal: Signal) => Awaitable<T>): Flow<T | null> {
  try {
    return yield* perform(kind, run);
  } catch {
    return null;
  }
}

export function isThenable<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
