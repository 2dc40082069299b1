import { type CancelJobDeps, stopOrCancel } from '../../decisions/cancel-job.ts';
import { swapWindow } from '../../decisions/swap-window.ts';
import { isUnstarted } from '../../domain/job/job.ts';
import { jobIdOf } from '../../domain/job/job-id.ts';
import { openPhases } from '../../domain/storm/storm.ts';
import { endHoldOf } from '../../domain/storm/storm-course.ts';
import type { JobStore, StormStore, WindowStore } from '../../ports.ts';
import type { StormStopped } from './event.ts';

interface StormStoppedDeps extends CancelJobDeps {
  storms: Pick<StormStore, 'change'>;
  windows: WindowStore;
  jobs: Pick<JobStore, 'get' | 'finish'>;
}

/**
 * Ends what a storm leaves behind whose execution was stopped, ran out of time or failed: new alerts of the rule are
 * not to be held by it any more, and a session that never started is not to be waited for. What it held stays
 * `storm_held`. Idempotent.
 */
export async function stormStopped(deps: StormStoppedDeps, { detail }: StormStopped): Promise<{ status: string }> {
  const { stormId, rule } = detail.input;
  const at = deps.clock.now().toISOString();
  await swapWindow(deps, rule.id, (window) => endHoldOf(window, stormId));
  const gaveUp = await deps.storms.change(stormId, { phase: 'not_dispatched', endedAt: at }, openPhases);
  const job = await deps.jobs.get(jobIdOf(stormId, rule.id));
  if (job && isUnstarted(job)) {
    await stopOrCancel(deps, job, `The storm ${stormId} ended as ${detail.status} before its session began.`);
  }
  return { status: gaveUp ? 'given_up' : 'ended_before' };
}
