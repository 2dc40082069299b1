import type { Clock } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Time that passes only by sleeping. */
export function fakeClock(start = '2027-03-01T12:00:00.000Z'): Clock & { slept(): number } {
  const from = Date.parse(start);
  let now = from;
  return late({
    now: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
    },
    slept: () => now - from,
  });
}
