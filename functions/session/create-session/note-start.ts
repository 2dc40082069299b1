import type { TaskInput } from '../../contract/execution.ts';
import type { JobStore } from '../../ports.ts';
import { refuseCancelled } from '../../sessions/refuse-cancelled.ts';

export interface NoteStartDeps {
  jobs: Pick<JobStore, 'get' | 'markStarted'>;
}

/**
 * Notes a session that another execution has started, which whoever made its job did not; throws SessionCancelled for a
 * job that has ended so. A session that waits for its slot is asked for again and again: the job is read, which costs a
 * fraction of writing it.
 */
export async function noteStart(
  { jobs }: NoteStartDeps,
  { execution, executionArn, startedAt }: TaskInput<'createSession'>,
): Promise<void> {
  const job = await jobs.get(execution.jobId);
  refuseCancelled(job?.collected);
  if (execution.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID === undefined) return;
  if (job && job.executionArn === undefined) await jobs.markStarted(job.id, executionArn, startedAt);
}
