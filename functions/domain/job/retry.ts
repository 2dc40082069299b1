import { limits } from '../../contract/limits.ts';
import { isGreen } from '../../contract/outcomes.ts';
import type { Job } from './job.ts';

/**
 * When a repeat of the alert may try again, epoch milliseconds; undefined: no more. `endedAt`: of the last attempt;
 * `attempts`: how many there were, from 1. Each failure waits longer, since its cause has not passed by then.
 */
export function retryDueAt(endedAt: string, attempts: number): number | undefined {
  const { firstMinutes, factor, mostMinutes, attempts: most } = limits.retry;
  if (attempts >= most) return undefined;
  const minutes = Math.min(firstMinutes * factor ** Math.max(attempts - 1, 0), mostMinutes);
  return Date.parse(endedAt) + minutes * 60_000;
}

/** The job has ended, and neither with a result nor by somebody who stopped its session: another may follow it. */
export const cameToNothing = ({ collected, executionArn }: Pick<Job, 'collected' | 'executionArn'>): boolean =>
  collected !== undefined &&
  !isGreen(collected.outcome) &&
  (collected.outcome !== 'cancelled' || executionArn === undefined);
