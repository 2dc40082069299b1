import { isRetried } from '../../contract/outcomes.ts';
import { retryDueAt } from '../../domain/job/retry.ts';
import type { Clock, JobStore, StormStore } from '../../ports.ts';

interface LostSessionDeps {
  storms: Pick<StormStore, 'get'>;
  jobs: Pick<JobStore, 'get'>;
  clock: Pick<Clock, 'now'>;
}

/** The one session of a storm ended for the server's reasons or ours, and that is long enough ago to try again. */
export async function hasLostItsSession({ storms, jobs, clock }: LostSessionDeps, stormId: string): Promise<boolean> {
  const jobId = (await storms.get(stormId))?.jobId;
  const job = jobId === undefined ? undefined : await jobs.get(jobId);
  if (!job?.collected || job.finishedAt === undefined || !isRetried(job.collected.outcome)) return false;
  const dueMs = retryDueAt(job.finishedAt, 1);
  return dueMs !== undefined && clock.now().getTime() >= dueMs;
}
