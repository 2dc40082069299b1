import { sessionCancelled } from '../contract/error-names.ts';
import type { Collected } from '../contract/execution.ts';
import { TaskError } from '../domain/task/errors.ts';

/**
 * Throws SessionCancelled where a job has ended as `cancelled`. No state of the workflow ends one so: the execution was
 * stopped, its session was ended and the outcome published then, and now the execution is redriven.
 */
export function refuseCancelled(collected: Pick<Collected, 'outcome' | 'cause'> | undefined): void {
  if (collected?.outcome !== 'cancelled') return;
  throw new TaskError(
    sessionCancelled,
    `${collected.cause} Its session has ended, and a redrive does not begin it anew: run the rule for the alert again.`,
  );
}
