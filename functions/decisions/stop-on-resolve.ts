import { limits } from '../contract/limits.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Job } from '../domain/job/job.ts';
import { jobIdOfRound } from '../domain/job/job-id.ts';
import type { Rule } from '../domain/rule/rule.ts';
import { readConfig } from '../domain/rule/rule-config.ts';
import type { ExecutionStopper, JobStore } from '../ports.ts';
import { attemptsAt } from './retries.ts';

export interface StopOnResolveDeps {
  jobs: Pick<JobStore, 'get'>;
  stopper: ExecutionStopper;
}

/**
 * Stops the sessions of a resolved alert whose rules say `onResolve: "stop"`, as they are stored now. To be called
 * after the alert is stored as resolved, by whoever resolved it. Idempotent. What the stopped execution leaves behind,
 * `session-stopped` ends: the OpenCode session is aborted and the outcome is `cancelled`. A session that a person asked
 * for goes on: its job has an id of its own.
 */
export async function stopOnResolve(
  { jobs, stopper }: StopOnResolveDeps,
  alert: Pick<Alert, 'id'>,
  rules: Rule[],
): Promise<void> {
  for (const rule of rules.filter(stopsOnResolve)) {
    for (const job of await jobsOf(jobs, alert, rule)) {
      if (job.finishedAt === undefined) await stopper.stop(job.id, causeOf(alert, rule));
    }
  }
}

/** The rule's own job, its retries and those of later rounds of a relay run: any of them may be missing. */
async function jobsOf(jobs: StopOnResolveDeps['jobs'], alert: Pick<Alert, 'id'>, rule: Rule): Promise<Job[]> {
  const rounds = Array.from({ length: limits.repeatRounds.all - 1 }, (_, index) => index + 2);
  const found = await Promise.all(rounds.map((round) => jobs.get(jobIdOfRound(alert.id, rule.id, round))));
  const attempts = await attemptsAt(jobs, alert.id, rule.id);
  return [...attempts, ...found.filter((job) => job !== undefined)];
}

/** Also of a rule that is switched off: its session may still run. */
export function stopsOnResolve(rule: Rule): boolean {
  const read = readConfig(rule);
  return read.ok && read.config.config?.onResolve === 'stop';
}

const causeOf = ({ id }: Pick<Alert, 'id'>, { name }: Rule): string =>
  `alert ${id} was resolved, and rule "${name}" says onResolve: "stop".`;
