import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { dayOf } from '../domain/decision/ledger.ts';
import { isUnstarted } from '../domain/job/job.ts';
import { jobIdOfRound } from '../domain/job/job-id.ts';
import type { DecisionStore, JobStore } from '../ports.ts';
import { type CancelJobDeps, stopOrCancel, type UnstartedOutcome } from './cancel-job.ts';

export interface EndUnstartedDeps extends CancelJobDeps {
  jobs: CancelJobDeps['jobs'] & Pick<JobStore, 'get'>;
  decisions: Pick<DecisionStore, 'move'>;
}

/**
 * Ends what waits for a step that never is due: the decision is `scheduled` no more, and a job without an execution is
 * finished. Idempotent.
 */
export async function endUnstarted(
  deps: EndUnstartedDeps,
  { id: alertId, relayId, createdAt }: Pick<Alert, 'id' | 'relayId' | 'createdAt'>,
  { ruleId, rounds }: { ruleId: string; rounds: number[] },
  { reason, sentence, outcome }: { reason: ReasonCode; sentence: string; outcome?: UnstartedOutcome },
): Promise<void> {
  const lastAt = deps.clock.now().toISOString();
  const move = {
    alertId,
    ruleId,
    relayId,
    day: dayOf(createdAt),
    from: 'scheduled' as const,
    reason,
    sentence,
    lastAt,
  };
  await deps.decisions.move(move);
  for (const round of rounds) {
    const job = await deps.jobs.get(jobIdOfRound(alertId, ruleId, round));
    if (job && isUnstarted(job)) await stopOrCancel(deps, job, sentence, outcome);
  }
}

/**
 * The recorded reason of a rule's step: `scheduled`, or what that became; undefined where the router decided it at
 * once.
 */
export async function reasonNow(
  decisions: Pick<DecisionStore, 'listByAlert'>,
  alertId: string,
  ruleId: string,
): Promise<ReasonCode | undefined> {
  const rows = await decisions.listByAlert(alertId);
  const scheduled = rows.find((row) => row.ruleId === ruleId && row.reason === 'scheduled');
  return scheduled && (scheduled.followedBy ?? scheduled.reason);
}
