import type { Alert } from '../../domain/alert/alert.ts';
import { jobIdsOf } from '../../domain/decision/decision.ts';
import { holdOf } from '../../domain/decision/hold.ts';
import type { Job } from '../../domain/job/job.ts';
import { forEachConcurrently } from '../../domain/task/concurrency.ts';
import type { AlertStore, Clock, DecisionStore, JobStore, RetiredRows, StormStore } from '../../ports.ts';

export interface RetireDeps {
  /** How long alerts are kept after they are resolved, and their decisions and jobs with them. */
  retentionDays: number;
  retired: RetiredRows;
  alerts: Pick<AlertStore, 'get'>;
  decisions: Pick<DecisionStore, 'listByAlert'>;
  jobs: Pick<JobStore, 'list'>;
  storms: Pick<StormStore, 'list'>;
  clock: Pick<Clock, 'now'>;
}

const DAY_MS = 86_400_000;
const PART = 100;
/** Parts of a list that are looked at in an hour: what is kept longer than others stands at its head. */
const PARTS = 20;
const AT_ONCE = 5;

/**
 * Lets go of alerts whose time is over, with all that stands by them, and of jobs whose alert is gone. What is open
 * stays, however old it is: an alert that nobody resolved, that a pause, a delay or a storm holds, or whose session
 * runs, and a job without an audit record.
 */
export async function retire(deps: RetireDeps): Promise<void> {
  const { retired, clock, retentionDays } = deps;
  const now = clock.now();
  const before = new Date(now.getTime() - retentionDays * DAY_MS).toISOString();
  await each(
    (after) => retired.alerts(before, after, PART),
    async (alert) => {
      if (await isDone(deps, alert, before)) await retired.expireAlert(alert, now);
    },
  );
  await each(
    (after) => retired.jobs(before, after, PART),
    async (job) => {
      if (await isOrphan(deps, job, before)) await retired.expireJob(job.id, now);
    },
  );
}

type PartOf<Row> = (after: string | undefined) => Promise<{ rows: Row[]; next: string | undefined }>;

async function each<Row>(read: PartOf<Row>, look: (row: Row) => Promise<void>): Promise<void> {
  let after: string | undefined;
  for (let part = 0; part < PARTS; part++) {
    const { rows, next } = await read(after);
    await forEachConcurrently(rows, AT_ONCE, look);
    if (next === undefined) return;
    after = next;
  }
}

async function isDone(deps: RetireDeps, alert: Alert, before: string): Promise<boolean> {
  if (alert.resolvedAt === undefined || alert.resolvedAt >= before) return false;
  const decisions = await deps.decisions.listByAlert(alert.id);
  const storms = await deps.storms.list(decisions.flatMap(({ stormId }) => stormId ?? []));
  const jobs = await deps.jobs.list(decisions.flatMap(jobIdsOf));
  return holdOf(alert, { decisions, storms, jobs }) === undefined;
}

/** Decisions lead to jobs, so these go last. */
async function isOrphan({ alerts }: RetireDeps, { alertId, finishedAt }: Job, before: string): Promise<boolean> {
  if (finishedAt === undefined || finishedAt >= before) return false;
  return (await alerts.get(alertId)) === undefined;
}
