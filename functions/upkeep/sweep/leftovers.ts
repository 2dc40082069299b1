import { sweepMinutes } from '../../contract/sweep.ts';
import type { Job } from '../../domain/job/job.ts';
import type { SweptKind } from '../../domain/task/sweep.ts';
import type { Clock, EndedExecutions, JobStore, Log } from '../../ports.ts';
import { type RecordSessionDeps, recordSession } from '../../sessions/record-session.ts';

export interface LeftoverDeps extends RecordSessionDeps {
  jobs: RecordSessionDeps['jobs'] & Pick<JobStore, 'markCleared'>;
  ended: EndedExecutions;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** A server that could not be asked for so long is not coming back. */
const GIVE_UP_MS = 7 * 86_400_000;

const FIRST_MS = 3_600_000;
const SWEEPS_AN_HOUR = 60 / sweepMinutes;

/**
 * A job that has ended: writes its audit record where whoever ended it has not, and has its server cleared where
 * something may be left there, at each sweep of the first hour and then once an hour, until that is done.
 */
export async function sweepLeftover(deps: LeftoverDeps, job: Job, before: string): Promise<SweptKind | undefined> {
  if (job.finishedAt === undefined || job.finishedAt > before) return undefined;
  if (job.auditedAt === undefined) await recordSession(deps, job.id);
  if (job.clearedAt !== undefined) return undefined;
  const at = deps.clock.now();
  if (job.executionArn === undefined && !job.session) {
    await deps.jobs.markCleared(job.id, at.toISOString());
    return undefined;
  }
  if (at.getTime() >= Date.parse(job.finishedAt) + GIVE_UP_MS) {
    deps.log.warn('Server not cleared', { jobId: job.id, sessionId: job.session?.id ?? 'unknown' });
    await deps.jobs.markCleared(job.id, at.toISOString());
    return 'given_up';
  }
  const ageMs = at.getTime() - Date.parse(job.finishedAt);
  const sweeps = Math.floor(ageMs / (sweepMinutes * 60_000));
  if (ageMs >= FIRST_MS && sweeps % SWEEPS_AN_HOUR !== 0) return undefined;
  await deps.ended.leftBehind(job.id);
  return 'leftovers';
}
