import type { Outcome } from '../contract/outcomes.ts';
import type { Job } from '../domain/job/job.ts';
import type { Clock, ExecutionStopper, JobStore } from '../ports.ts';

export interface CancelJobDeps {
  jobs: Pick<JobStore, 'finish'>;
  stopper: ExecutionStopper;
  clock: Pick<Clock, 'now'>;
}

/**
 * Stops the execution of a job that is not finished. What it leaves behind, `session-stopped` ends; where there never
 * was one, nothing else would ever finish the job, so it is finished here, without an event: no session has ended.
 */
export async function stopOrCancel(
  { jobs, stopper, clock }: CancelJobDeps,
  job: Job,
  cause: string,
  outcome?: UnstartedOutcome,
): Promise<void> {
  if ((await stopper.stop(job.id, cause)) || job.executionArn !== undefined) return;
  await cancelNeverStarted({ jobs, clock }, job, cause, outcome);
}

/** `relay_failed`: what was to start the job has failed, so that a repeat of its alert tries again. */
export type UnstartedOutcome = Extract<Outcome, 'cancelled' | 'relay_failed'>;

/** Ends a job that nothing will start any more. */
export async function cancelNeverStarted(
  { jobs, clock }: Pick<CancelJobDeps, 'jobs' | 'clock'>,
  job: Job,
  cause: string,
  outcome: UnstartedOutcome = 'cancelled',
): Promise<void> {
  const collected = {
    outcome,
    cause: `${cause} It had not started.`,
    polls: 0,
    session: null,
    result: null,
    tokens: null,
    costUsd: null,
  };
  await jobs.finish(job.id, collected, clock.now().toISOString());
}
