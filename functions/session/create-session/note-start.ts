import type { TaskInput } from '../../contract/execution.ts';
import type { JobStore } from '../../ports.ts';

export interface NoteStartDeps {
  jobs: Pick<JobStore, 'get' | 'markStarted'>;
}

/**
 * A session that another execution has started was not noted by whoever made its job. One that waits for its slot is
 * asked for again and again: the job is read, which costs a fraction of writing it.
 */
export async function noteStart(
  { jobs }: NoteStartDeps,
  { execution, executionArn, startedAt }: TaskInput<'createSession'>,
): Promise<void> {
  if (execution.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID === undefined) return;
  const job = await jobs.get(execution.jobId);
  if (job && job.executionArn === undefined) await jobs.markStarted(job.id, executionArn, startedAt);
}
