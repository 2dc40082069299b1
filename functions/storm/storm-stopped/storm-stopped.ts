import { isStoppedByPerson, type StatusChange } from '../../contract/status-change.ts';
import { type CancelJobDeps, stopOrCancel } from '../../decisions/cancel-job.ts';
import { countMembers, type MembersDeps, readMembers } from '../../decisions/count-members.ts';
import { swapWindow } from '../../decisions/swap-window.ts';
import { isUnstarted } from '../../domain/job/job.ts';
import { jobIdOf } from '../../domain/job/job-id.ts';
import { openPhases } from '../../domain/storm/storm.ts';
import { endHoldOf } from '../../domain/storm/storm-course.ts';
import type { JobStore, Ledger, StormStore, WindowStore } from '../../ports.ts';

interface StormStoppedDeps extends CancelJobDeps, MembersDeps {
  storms: Pick<StormStore, 'get' | 'change' | 'listHeld'>;
  windows: WindowStore;
  jobs: Pick<JobStore, 'get' | 'finish'>;
  ledger: Pick<Ledger, 'moved'>;
}

/**
 * Ends what a storm leaves behind whose execution was stopped, ran out of time or failed: new alerts of the rule are
 * not to be held by it any more, and a session that never started is not to be waited for. What it held is
 * `storm_failed`, and tried again with its next repeat; where a person has stopped the storm it is `not_needed`.
 * Idempotent.
 */
export async function stormStopped(deps: StormStoppedDeps, { detail }: StatusChange): Promise<{ status: string }> {
  const { name: stormId, status } = detail;
  const storm = await deps.storms.get(stormId);
  if (!storm) return { status: 'unknown_storm' };
  const endedAt = deps.clock.now().toISOString();
  const reason = isStoppedByPerson(detail) ? 'not_needed' : 'storm_failed';
  await swapWindow(deps, storm.ruleId, (window) => endHoldOf(window, stormId));
  const gaveUp = await deps.storms.change(stormId, { phase: 'not_dispatched', reason, endedAt }, openPhases);
  // Also where an interrupted attempt has given it up.
  const given = await deps.storms.get(stormId);
  if (given?.phase === 'not_dispatched' && given.reason === reason) {
    await countMembers(deps, given, await readMembers(deps, stormId, storm.ruleId), reason);
  }
  const job = await deps.jobs.get(jobIdOf(stormId, storm.ruleId));
  if (job && isUnstarted(job)) {
    const outcome = reason === 'storm_failed' ? 'relay_failed' : 'cancelled';
    await stopOrCancel(deps, job, `The storm ${stormId} ended as ${status} before its session began.`, outcome);
  }
  return { status: gaveUp ? 'given_up' : 'ended_before' };
}
