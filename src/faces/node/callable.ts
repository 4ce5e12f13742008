type Class = abstract new (...args: never[]) => unknown;

/** A class that may be called without `new`, as constructors of Node's older modules are. */
export type Callable<C extends Class> = C & ((...args: ConstructorParameters<C>) => InstanceType<C>);

/** `instanceof`, `extends` and `constructor` go on to work. */
export function callable<C extends Class>(made: C): Callable<C> {
  const proxy = new Proxy(made, {
    apply: (target, _self, args) => Reflect.construct(target as unknown as new () => unknown, args),
  });
  Object.defineProperty(made.prototype, 'constructor', { value: proxy, writable: true, configurable: true });
  return proxy as Callable<C>;
}
