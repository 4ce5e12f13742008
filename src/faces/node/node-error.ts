import { inspect } from 'node:util';

/** An error as Node's own modules throw it: told apart by `code`. */
export type NodeError<E extends Error = Error> = E & { code: string };

type ErrorClass<E extends Error> = new (message: string, options?: { cause: unknown }) => E;

/** An error of this class with a code, which its stack shows as Node's do. */
export function nodeError<E extends Error>(
  type: ErrorClass<E>,
  code: string,
  message: string,
  cause?: unknown,
): NodeError<E> {
  const error = new type(message, cause === undefined ? undefined : { cause }) as NodeError<E>;
  const { name } = error;
  error.name = `${name} [${code}]`;
  void error.stack; // Formatted when it is first read, with the name of that moment.
  error.name = name;
  error.code = code;
  return error;
}

/**
 * ERR_INVALID_ARG_TYPE. `name` is an argument, or a property where it has a dot; `expected` has the names of types
 * and of classes.
 */
export function invalidArgType(name: string, expected: readonly string[], actual: unknown): NodeError<TypeError> {
  const what = name.endsWith(' argument') ? `The ${name}` : `The "${name}" ${kindOfName(name)}`;
  return nodeError(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `${what} must be ${expectation(expected)}. Received ${received(actual)}`,
  );
}

/** ERR_INVALID_ARG_VALUE. */
export function invalidArgValue(
  name: string,
  value: unknown,
  reason: string = 'is invalid',
  cause?: unknown,
): NodeError<TypeError> {
  const shown = inspect(value);
  const short = shown.length > 128 ? `${shown.slice(0, 128)}...` : shown;
  const message = `The ${kindOfName(name)} '${name}' ${reason}. Received ${short}`;
  return nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', message, cause);
}

/** ERR_OUT_OF_RANGE. */
export function outOfRange(name: string, range: string, value: unknown): NodeError<RangeError> {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`;
  return nodeError(RangeError, 'ERR_OUT_OF_RANGE', message);
}

/** An error as Node makes it of OpenSSL's: code, library and reason. */
export function openSslError(
  code: string,
  number: string,
  library: string,
  reason: string,
  cause: unknown,
): NodeError & { library: string; reason: string } {
  const error = nodeError(Error, code, `error:${number}:${library}::${reason}`, cause);
  return Object.assign(error, { library, reason });
}

function kindOfName(name: string): 'property' | 'argument' {
  return name.includes('.') ? 'property' : 'argument';
}

function expectation(expected: readonly string[]): string {
  const types = expected.filter((one) => /^[a-z]/.test(one));
  const classes = expected.filter((one) => !/^[a-z]/.test(one));
  const parts: string[] = [];
  if (types.length > 0) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${either(types)}`);
  if (classes.length > 0) parts.push(`an instance of ${either(classes)}`);
  return parts.join(' or ');
}

function either(list: readonly string[]): string {
  if (list.length <= 2) return list.join(' or ');
  return `${list.slice(0, -1).join(', ')}, or ${list[list.length - 1]}`;
}

function received(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object') {
    const name = value.constructor?.name;
    return name ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  const shown = inspect(value, { colors: false });
  return `type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}
