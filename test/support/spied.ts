/**
 * The same object, but each call of a function anywhere in it leaves a line in `log`: which one, and how many bytes its
 * arguments had. What the calls return is watched too.
 */
export function spied<T extends object>(target: T, name: string, log: string[]): T {
  return new Proxy(target, {
    get(object, property): unknown {
      const value: unknown = Reflect.get(object, property, object);
      const path = `${name}.${String(property)}`;
      if (typeof value === 'function') {
        return (...given: unknown[]): unknown => {
          log.push(`${path}(${given.map(sizeOf).join(', ')})`);
          return watched(value.apply(object, given), path, log);
        };
      }
      return watched(value, path, log);
    },
  });
}

function watched(value: unknown, path: string, log: string[]): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return spied(value, path, log);
}

function sizeOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  return typeof value === 'number' || typeof value === 'string' ? String(value) : typeof value;
}
