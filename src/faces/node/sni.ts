import type { Awaitable } from '../../flow/index.ts';
import type { SniCallback } from './options.ts';
import { contextFrom, type SecureContext } from './secure-context.ts';

/** A context that `addContext` gave, and the names that it is for. */
export type ServerContext = readonly [names: RegExp, context: SecureContext];

interface Contexts {
  readonly _contexts: readonly ServerContext[];
}

/**
 * The context for this name; null: the usual one. `callback` is Node's, or that of v0.10, which returns the context.
 * Rejects with what the callback gave as its error, or with ERR_TLS_INVALID_CONTEXT.
 */
export function chooseContext(
  name: string | null,
  callback: SniCallback | undefined,
  server: Contexts | null,
): Awaitable<SecureContext | null> {
  if (name === null || name === '') return null;
  if (callback !== undefined) return ask(callback, name);
  const contexts = server === null ? [] : server._contexts;
  for (let i = contexts.length - 1; i >= 0; i--) if (contexts[i]![0].test(name)) return contexts[i]![1];
  return null;
}

/** The names that `hostname` stands for: itself, with `*` for any part of one label. */
export function namePattern(hostname: string): RegExp {
  const pattern = hostname.replace(/[.^$+?\-\\[\]{}()|/]/g, '\\$&').replace(/\*/g, '[^.]*');
  return new RegExp(`^${pattern}$`, 'i');
}

function ask(callback: SniCallback, name: string): Awaitable<SecureContext | null> {
  let answered = false;
  let answer: SecureContext | null = null;
  let tell: { resolve(context: SecureContext | null): void; reject(reason: unknown): void } | null = null;
  let refusal: { readonly reason: unknown } | null = null;
  const settle = (error: unknown, given?: unknown): void => {
    if (answered) return;
    answered = true;
    try {
      if (error) throw error;
      answer = given === undefined || given === null ? null : contextFrom(given, 'Invalid SNI context');
    } catch (reason) {
      refusal = { reason };
      tell?.reject(reason);
      return;
    }
    tell?.resolve(answer);
  };
  const returned = callback(name, settle);
  // A function of one argument, as in v0.10, has nobody to call.
  if (typeof returned === 'object' && returned !== null && 'context' in returned) settle(null, returned);
  else if (callback.length === 1) settle(null, returned);
  if (refusal !== null) throw (refusal as { readonly reason: unknown }).reason;
  if (answered) return answer;
  return new Promise((resolve, reject) => {
    tell = { resolve, reject };
  });
}
