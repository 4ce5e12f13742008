import type { ConnectOptions } from './options.ts';

export interface ConnectArguments {
  readonly options: ConnectOptions;
  readonly callback: (() => void) | null;
}

/**
 * All forms of Node's `connect`: `(options[, callback])`, `(port[, host][, options][, callback])`,
 * `(path[, options][, callback])`. Options win over arguments.
 */
export function connectArguments(args: readonly unknown[]): ConnectArguments {
  const [first, second, third] = args;
  const last = args[args.length - 1];
  const more = isObject(second) ? second : isObject(third) ? third : null;
  const options = { ...target(first, second), ...more };
  return { options, callback: typeof last === 'function' ? (last as () => void) : null };
}

function target(first: unknown, second: unknown): Record<string, unknown> {
  if (isObject(first)) return first;
  if (first === undefined) return {};
  if (typeof first === 'string' && !isPort(first)) return { path: first };
  return typeof second === 'string' ? { port: first, host: second } : { port: first };
}

function isPort(text: string): boolean {
  return text.trim() !== '' && Number.isInteger(Number(text)) && Number(text) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
