/** Fails the test: a port was used in a way that the test did not prepare. */
export function unexpected(method: string): never {
  throw new Error(`Unexpected call of ${method}`);
}

/** The same port, with every call noted as `method(first argument)`. */
export function recorded<Port extends object>(port: Port): { port: Port; calls: string[] } {
  const calls: string[] = [];
  const proxy = new Proxy(port, {
    get(target, property, receiver) {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls.push(`${String(property)}(${typeof args[0] === 'string' ? args[0] : ''})`);
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { port: proxy, calls };
}
