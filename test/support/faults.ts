import { aroundPorts } from './fakes/around-ports.ts';

/** How often a call of a port fails, before or after its work, or takes its whole process with it. */
export interface Faults {
  fails: number;
  dies: number;
  /** Seconds, from the beginning, in which nearly every call of the tables and of Step Functions is throttled. */
  throttled?: [from: number, to: number];
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const THROTTLED = 0.9;

/** The ports of one process, in trouble. Once it has died, nothing of it works any more. */
export function faulty<Deps extends object>(
  deps: Deps,
  faults: Faults,
  chance: () => number,
  nowMs: () => number,
): Deps {
  let isDead = false;
  const isThrottled = (): boolean => {
    const [from, to] = faults.throttled ?? [0, 0];
    const second = nowMs() / 1_000;
    return second >= from && second < to && chance() < THROTTLED;
  };
  const die = (): boolean => {
    isDead ||= chance() < faults.dies;
    return isDead;
  };
  return aroundPorts(deps, async (call) => {
    if (isDead || die() || isThrottled() || chance() < faults.fails / 2) throw new Error('before');
    const answer = await call();
    if (die() || chance() < faults.fails / 2) throw new Error('after');
    return answer;
  });
}
