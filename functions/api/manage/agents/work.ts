import { limits } from '../../../contract/limits.ts';
import { attemptsAt } from '../../../decisions/retries.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type EffectiveDecision, effectiveDecision, jobIdsOf } from '../../../domain/decision/decision.ts';
import type { Job } from '../../../domain/job/job.ts';
import { jobIdOf, jobIdOfRound } from '../../../domain/job/job-id.ts';
import { cameToNothing } from '../../../domain/job/retry.ts';
import type { Storm } from '../../../domain/storm/storm.ts';
import { type CallRecord, lastCallOf } from '../../../domain/webhook/call-record.ts';
import type { AlertStore, CallRecords, DecisionStore, JobStore, RelayStore, StormStore } from '../../../ports.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';

export interface WorkDeps {
  alerts: Pick<AlertStore, 'get'>;
  relays: Pick<RelayStore, 'get'>;
  decisions: Pick<DecisionStore, 'listByAlert'>;
  storms: Pick<StormStore, 'list'>;
  jobs: Pick<JobStore, 'get' | 'list'>;
}

export interface CallsDeps {
  calls: Pick<CallRecords, 'listByAlert'>;
}

/** What the rules of its relay did with an alert. */
interface Work {
  /** In the order of their first time. */
  decisions: EffectiveDecision[];
  storms: Storm[];
  /** Sessions that look at the alert, alone or with the others of a storm, oldest first. */
  jobs: Job[];
}

export async function workOn(deps: Omit<WorkDeps, 'alerts'>, alert: Pick<Alert, 'id' | 'relayId'>): Promise<Work> {
  const [recorded, relay] = await Promise.all([
    deps.decisions.listByAlert(alert.id),
    deps.relays.get(alert.relayId, { deleted: true }),
  ]);
  const stormIds = recorded.flatMap(({ stormId }) => stormId ?? []);
  const storms = stormIds.length === 0 ? [] : await deps.storms.list([...new Set(stormIds)]);
  const byId = new Map(storms.map((storm) => [storm.id, storm]));
  const decisions = recorded.map((each) => effectiveDecision(each, byId.get(each.stormId ?? '')));
  const rounds = limits.repeatRounds[relay?.repeatPolicy ?? 'none'];
  const ids = decisions.flatMap((each) => [...jobIdsOf(each), ...laterRounds(each, rounds)]);
  const found = await deps.jobs.list([...new Set(ids)]);
  const jobs = await withRetries(deps.jobs, alert.id, found);
  return { decisions, storms, jobs: jobs.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)) };
}

/** A decision names the newest of its jobs. */
async function withRetries(jobs: WorkDeps['jobs'], alertId: string, found: Job[]): Promise<Job[]> {
  const failed = found.filter((job) => job.alertId === alertId && cameToNothing(job));
  const retried = await Promise.all(failed.map(({ ruleId }) => attemptsAt(jobs, alertId, ruleId)));
  return [...new Map([...found, ...retried.flat()].map((job) => [job.id, job])).values()];
}

/** A relay run that goes through its rules again makes jobs that no decision names. */
function laterRounds({ alertId, ruleId, jobId }: EffectiveDecision, rounds: number): string[] {
  if (jobId !== jobIdOf(alertId, ruleId)) return [];
  return Array.from({ length: rounds - 1 }, (_, index) => jobIdOfRound(alertId, ruleId, index + 2));
}

export const jobsOf = async (deps: Omit<WorkDeps, 'alerts'>, alert: Pick<Alert, 'id' | 'relayId'>): Promise<Job[]> =>
  (await workOn(deps, alert)).jobs;

/** A decision, and for a webhook rule what its last call has come to; no call, while none was tried. */
export interface ShownDecision extends EffectiveDecision {
  call?: CallRecord | undefined;
}

/** What each rule did with an alert, and what that has come to. */
export async function listDecisions(
  deps: WorkDeps & CallsDeps,
  alertId: string,
): Promise<ShownDecision[] | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const [{ decisions }, calls] = await Promise.all([workOn(deps, alert), deps.calls.listByAlert(alertId)]);
  return decisions.map((decision) => ({
    ...decision,
    ...(decision.effectiveReason === 'webhook_called' && { call: lastCallOf(calls, decision.ruleId) }),
  }));
}
