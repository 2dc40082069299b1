import type { ExecutionInput } from '../../contract/execution.ts';
import { pollWaitGrowth } from '../../contract/limits.ts';

type Waits = Pick<ExecutionInput['poll'], 'waitSeconds' | 'maxWaitSeconds'>;

/** Seconds of the wait after so many polls. It grows where the rule has a `maxPollInterval`, up to that. */
export function waitAfter(polls: number, { waitSeconds, maxWaitSeconds }: Waits): number {
  if (maxWaitSeconds === undefined) return waitSeconds;
  const { factor, times } = pollWaitGrowth;
  return Math.min(maxWaitSeconds, Math.ceil(waitSeconds * factor ** Math.min(polls, times)));
}

/** Seconds of all waits from a poll up to another: a wait that has grown stays as it is. */
export function waitsBetween(from: number, to: number, waits: Waits): number {
  const grown = Math.min(to, Math.max(from, pollWaitGrowth.times));
  let seconds = (to - grown) * waitAfter(grown, waits);
  for (let polls = from; polls < grown; polls++) seconds += waitAfter(polls, waits);
  return seconds;
}
