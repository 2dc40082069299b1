import { type Hold, holdOf } from '../../../domain/decision/hold.ts';
import type { Job } from '../../../domain/job/job.ts';
import { forEachConcurrently } from '../../../domain/task/concurrency.ts';
import type { Clock, ErasedResults, ErasedRows } from '../../../ports.ts';
import { type WorkDeps, workOn } from '../agents/work.ts';
import { ApiRefusal, notFound } from '../refusal.ts';

export interface EraseDeps extends WorkDeps {
  erasedRows: ErasedRows;
  erasedResults: ErasedResults;
  clock: Pick<Clock, 'now'>;
}

interface Erasure {
  alertId: string;
  /** Of the first time. */
  erasedAt: string;
  /** Sessions whose texts and results went with it. */
  jobIds: string[];
}

const AT_ONCE = 5;
const RECORDED_WITHIN_MS = 86_400_000;

/**
 * Overwrites all that is stored of what an alert says, and deletes the results of its sessions, also of one that it
 * shared with the other alerts of a storm. Repeated, it takes away what an interrupted attempt has left.
 */
export async function eraseAlert(deps: EraseDeps, alertId: string): Promise<Erasure | ApiRefusal> {
  const alert = await deps.alerts.get(alertId);
  if (!alert) return notFound('alert');
  const { decisions, storms, jobs } = await workOn(deps, alert);
  // Not the session of another alert that this one was left to.
  const own = jobs.filter((job) => job.alertId === alertId || job.input.storm !== undefined);
  const now = deps.clock.now();
  const hold =
    holdOf(alert, { decisions, storms, jobs: own }) ??
    (own.some((job) => awaitsRecord(job, now)) ? 'not_recorded' : undefined);
  if (hold) return refusal(hold);
  await forEachConcurrently(own, AT_ONCE, async (job) => {
    // Before its row, which names them.
    await deps.erasedResults.erase(job.id);
    await deps.erasedRows.eraseJob(job);
    // A page that was being made of the row as it was.
    await deps.erasedResults.erase(job.id);
  });
  for (const storm of storms) await deps.erasedRows.eraseStorm(storm);
  await deps.erasedRows.eraseDecisions({ alertId });
  const erasedAt = alert.erasedAt ?? now.toISOString();
  await deps.erasedRows.eraseAlert(alert, erasedAt);
  return { alertId, erasedAt, jobIds: own.map(({ id }) => id) };
}

/**
 * Its audit record has digests of what stands in its row. The sweep writes within minutes what is missing; a session
 * that has none after a day ended before there were any.
 */
const awaitsRecord = ({ auditedAt, finishedAt }: Job, now: Date): boolean =>
  auditedAt === undefined && (finishedAt === undefined || now.getTime() - Date.parse(finishedAt) < RECORDED_WITHIN_MS);

const messages: Record<Hold | 'not_recorded', string> = {
  not_resolved: 'Nobody has resolved the alert. Resolve it first.',
  not_routed: 'The alert is being routed. Try again in a minute.',
  waiting: 'A pause, a delay or a storm holds the alert. Resume and replay, or wait until it is decided.',
  session_at_work: 'A session is at work for the alert. Cancel it, or wait until it has ended.',
  not_recorded: 'The audit record of a session is not written yet. Try again in a few minutes.',
};

function refusal(code: keyof typeof messages): ApiRefusal {
  const message = messages[code];
  return new ApiRefusal(409, 'conflict', `${code}: ${message}`, { issues: [{ path: ['alertId'], code, message }] });
}
