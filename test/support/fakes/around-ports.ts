/** Tell the time, or what is measured, or are no port. */
const untouched = ['clock', 'metrics', 'log', 'stackBudget'];

/** The same ports, each call of which goes through `around`. */
export function aroundPorts<Deps extends object>(
  deps: Deps,
  around: (call: () => Promise<unknown>) => Promise<unknown>,
): Deps {
  const wrapped = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, property, receiver) => {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => around(async () => Reflect.apply(method, target, args));
      },
    });
  return new Proxy(deps, {
    get: (target, name, receiver) => {
      const port: unknown = Reflect.get(target, name, receiver);
      const isPort = typeof port === 'object' && port !== null && !untouched.includes(String(name));
      return isPort ? wrapped(port) : port;
    },
  });
}
