import type { Clock } from './clock.ts';

/** Node fires a longer timer at once: 2^31 - 1 ms, about 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    const end = Date.now() + ms;
    for (let left = ms; left > 0; left = end - Date.now()) await timer(Math.min(left, LONGEST_TIMER_MS), signal);
    signal.throwIfAborted();
  },
  during: (work) => work(),
};

function timer(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timeout);
      reject(signal.reason);
    };
    const timeout = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
