import { setImmediate } from 'node:timers/promises';

const AsyncFunction = (async () => {}).constructor;

/**
 * The same port, each asynchronous method of which begins its work a turn of the event loop after it is called, as one
 * over the network does: what a caller does not wait for is not done when the caller goes on, so a forgotten await is
 * seen. A method that gives a promise without being `async` itself cannot be told before it is called: only its answer
 * comes later.
 */
export function late<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get: (target, property, receiver) => {
      const method: unknown = Reflect.get(target, property, receiver);
      if (typeof method !== 'function') return method;
      const call = (args: unknown[]): unknown => Reflect.apply(method, target, args);
      if (method instanceof AsyncFunction) return async (...args: unknown[]) => setImmediate().then(() => call(args));
      return (...args: unknown[]) => {
        const answer = call(args);
        return answer instanceof Promise ? answer.finally(() => setImmediate()) : answer;
      };
    },
  });
}
