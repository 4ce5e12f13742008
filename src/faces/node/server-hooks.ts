import type { ServerContext } from './sni.ts';

/** What connections need of the tls.Server that accepted them. */
export interface ServerHooks {
  /** Contexts by name; the newest counts. */
  readonly _contexts: readonly ServerContext[];
  listenerCount(event: string): number;
  // biome-ignore lint/complexity/noBannedTypes: what EventEmitter returns
  listeners(event: string): Function[];
  emit(event: string, ...values: unknown[]): boolean;
}
