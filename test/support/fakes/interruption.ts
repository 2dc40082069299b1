export interface Interruption {
  /** Which call of any port, from 1. */
  call: number;
  /** Before its work is done, or after: the work is done and the answer is lost. */
  when: 'before' | 'after';
  /** One call fails, or the process dies there and every later call fails too. */
  kind: 'fails' | 'dies';
}

/** Ports without effects: they tell the time, or what is measured. */
const untouched = ['clock', 'metrics'];

/** The same ports, broken at one call. `calls` counts what was tried. */
export function interrupted<Deps extends object>(deps: Deps, at?: Interruption): { deps: Deps; calls(): number } {
  let calls = 0;
  const broken = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, property, receiver) => {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls += 1;
          const hit = at && (at.kind === 'fails' ? calls === at.call : calls >= at.call);
          if (hit && (at.when === 'before' || calls > at.call)) throw new Error('interrupted');
          const answer: unknown = await Reflect.apply(method, target, args);
          if (hit) throw new Error('interrupted');
          return answer;
        };
      },
    });
  const all = new Proxy(deps, {
    get: (target, name, receiver) => {
      const port: unknown = Reflect.get(target, name, receiver);
      const isPort = typeof port === 'object' && port !== null && !untouched.includes(String(name));
      return isPort ? broken(port) : port;
    },
  });
  return { calls: () => calls, deps: all };
}
