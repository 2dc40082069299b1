import { limits } from '../contract/limits.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Job } from '../domain/job/job.ts';
import { jobIdOfRetry } from '../domain/job/job-id.ts';
import { cameToNothing, retryDueAt } from '../domain/job/retry.ts';
import type { Clock, JobStore } from '../ports.ts';
import { type FailedWork, type FailedWorkDeps, failedWorkOf } from './failed-work.ts';
import type { RelayRules } from './relay-rules.ts';

export interface RetryDeps extends FailedWorkDeps {
  clock: Pick<Clock, 'now'>;
}

/** A rule that tries again: under which job, and why. */
export interface Retry {
  jobId: string;
  sentence: string;
}

/**
 * By rule, what a repeat of an open alert that was routed tries again: sessions that ended for the server's reasons or
 * ours, once so much time is over that the cause may have passed.
 */
export async function dueRetries(
  deps: RetryDeps,
  alert: Alert,
  relayRules: RelayRules,
): Promise<ReadonlyMap<string, Retry>> {
  const nowMs = deps.clock.now().getTime();
  // Most repeats come sooner than anything can be due, and cost nothing.
  const earliestMs = Date.parse(alert.routedAt ?? alert.createdAt) + limits.retry.firstMinutes * 60_000;
  if (nowMs < earliestMs) return new Map();
  const failed = await failedWorkOf(deps, alert, relayRules);
  const due = failed.filter((work) => work.isRetried && isDue(work, nowMs));
  const retries = due.map(async (work) => {
    const { id: jobId } = await currentAttempt(deps.jobs, alert.id, work.ruleId);
    return [work.ruleId, { jobId, sentence: retrySentence(work) }] as const;
  });
  return new Map(await Promise.all(retries));
}

function isDue({ endedAt, attempts, quietSeconds }: FailedWork, nowMs: number): boolean {
  const dueMs = retryDueAt(endedAt, attempts);
  return dueMs !== undefined && nowMs >= Math.max(dueMs, Date.parse(endedAt) + quietSeconds * 1_000);
}

export function retrySentence({ from, outcome, jobId, endedAt }: FailedWork): string {
  const whose = from === 'same_title_running' ? 'The session that worked on its title' : 'Its session';
  const what = outcome === 'storm_failed' ? 'The storm that held it' : `${whose} (job ${jobId})`;
  const how = outcome === 'storm_failed' ? 'failed' : `ended with ${outcome}`;
  return `${what} ${how} at ${endedAt}, and the alert is still open: the rule tries again.`;
}

/**
 * The rule's newest attempt at an alert, or the one that comes next where all before came to nothing: its job is not
 * there yet. Throws where there were too many.
 */
export async function currentAttempt(
  jobs: Pick<JobStore, 'get'>,
  alertId: string,
  ruleId: string,
): Promise<{ id: string; job: Job | undefined }> {
  const attempts = await attemptsAt(jobs, alertId, ruleId);
  const newest = attempts.at(-1);
  if (newest && !cameToNothing(newest)) return { id: newest.id, job: newest };
  if (attempts.length < limits.attemptsPerAlert) {
    return { id: jobIdOfRetry(alertId, ruleId, attempts.length), job: undefined };
  }
  throw new Error(`Rule ${ruleId} tried alert ${alertId} ${limits.attemptsPerAlert} times`);
}

/** All jobs of a rule for an alert, the oldest first: its own and its retries. */
export async function attemptsAt(jobs: Pick<JobStore, 'get'>, alertId: string, ruleId: string): Promise<Job[]> {
  const attempts: Job[] = [];
  for (let retry = 0; retry < limits.attemptsPerAlert; retry++) {
    const job = await jobs.get(jobIdOfRetry(alertId, ruleId, retry));
    if (!job) break;
    attempts.push(job);
    if (!cameToNothing(job)) break;
  }
  return attempts;
}
