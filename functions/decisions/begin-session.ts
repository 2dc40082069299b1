import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Job } from '../domain/job/job.ts';
import type { StackBudget } from '../domain/rule/budget.ts';
import type { AlertStore, Budgets, Clock, IncidentJobs, JobStore, TitleClaims } from '../ports.ts';
import { countedStart, type SessionStart } from './session-start.ts';
import { makeJob } from './start-job.ts';
import { refusalOf } from './start-refusals.ts';

export interface BeginDeps {
  jobs: Pick<JobStore, 'get' | 'createOrGet' | 'createWithAlert'>;
  alerts: Pick<AlertStore, 'get'>;
  titles: TitleClaims;
  incidentJobs: IncidentJobs;
  budgets: Budgets;
  stackBudget: StackBudget;
  clock: Pick<Clock, 'now'>;
}

export type Begun = { kind: 'begun'; job: Job } | { kind: 'refused'; reason: ReasonCode; sentence: string };

/**
 * The one way to begin a session, whoever asks for it: asks everything that may keep it from starting, and makes its
 * job. A job that an interrupted attempt has made is taken as it is, without asking again. The caller starts its
 * execution. Idempotent. `isNew`: no attempt before this one can have made the job, as of an alert that is not there
 * yet. Throws AlertKnown where the alert was new, and is not any more.
 */
export async function beginSession(
  deps: BeginDeps,
  start: SessionStart,
  isNew = start.fresh !== undefined,
): Promise<Begun> {
  const made = isNew ? undefined : await deps.jobs.get(start.jobId);
  if (made) return { kind: 'begun', job: made };
  const counted = countedStart(deps, start);
  const refusal = await refusalOf(deps, counted);
  if (refusal) return { kind: 'refused', ...refusal };
  return { kind: 'begun', job: await makeJob(deps, counted) };
}
