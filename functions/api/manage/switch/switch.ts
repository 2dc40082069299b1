import { machineTimeoutSeconds } from '../../../contract/limits.ts';
import type { ReasonCounts } from '../../../contract/reason-codes.ts';
import { type CancelJobDeps, stopOrCancel } from '../../../decisions/cancel-job.ts';
import { type DecideDeferredDeps, decideDeferred } from '../../../decisions/decide-deferred.ts';
import { addCounts } from '../../../domain/decision/ledger.ts';
import type { PauseSwitch } from '../../../domain/decision/pause-switch.ts';
import { pausedSentence } from '../../../domain/decision/routing.ts';
import type { Job } from '../../../domain/job/job.ts';
import { forEachConcurrently } from '../../../domain/task/concurrency.ts';
import { errorNameOf } from '../../../domain/task/errors.ts';
import type { Clock, JobStore, ListPosition, Log, PausedDecisions, PauseSwitchStore } from '../../../ports.ts';
import { conflict } from '../change.ts';
import { cursorOf } from '../page.ts';
import type { ApiRefusal } from '../refusal.ts';

export interface SwitchDeps extends DecideDeferredDeps {
  switch: PauseSwitchStore;
  paused: PausedDecisions;
  jobs: DecideDeferredDeps['jobs'] & CancelJobDeps['jobs'] & Pick<JobStore, 'listNewest'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Before it was changed for the first time. */
const neverPaused: PauseSwitch = { paused: false, by: 'nobody', at: '1970-01-01T00:00:00.000Z' };

export const readSwitch = async (deps: Pick<SwitchDeps, 'switch'>): Promise<PauseSwitch> =>
  (await deps.switch.read()) ?? neverPaused;

/** From the next batch on nothing starts. Pausing what is paused changes its reason. */
export async function pause(deps: SwitchDeps, caller: string, reason: string): Promise<PauseSwitch> {
  const value = { paused: true, by: caller, at: deps.clock.now().toISOString(), reason };
  await deps.switch.write('starts', value);
  return value;
}

export async function resume(deps: SwitchDeps, caller: string): Promise<PauseSwitch> {
  const value = { paused: false, by: caller, at: deps.clock.now().toISOString() };
  await deps.switch.write('starts', value);
  return value;
}

/** In one call; each is one request to Step Functions, and a call has 10 s. */
const STOPS_PER_CALL = 100;
/** Each is read whole, 30 KB with a long prompt. */
const JOBS_PER_CALL = 500;
const AT_ONCE = 10;

/**
 * Stops the executions that are under way, newest first, from the job after `before` on; what they leave behind,
 * `session-stopped` ends. `nextCursor`: where another call goes on, null where nothing older can be under way. A
 * session that began meanwhile is found by a walk of its own.
 */
export async function stopRunning(
  deps: SwitchDeps,
  caller: string,
  before: ListPosition | undefined,
): Promise<{ stopped: number; failed: number; nextCursor: string | null }> {
  const oldest = new Date(deps.clock.now().getTime() - machineTimeoutSeconds * 1_000).toISOString();
  const running: Job[] = [];
  let looked = 0;
  let nextCursor: string | null = null;
  for await (const job of deps.jobs.listNewest({ before, expected: JOBS_PER_CALL })) {
    if (job.createdAt < oldest) break;
    if (job.finishedAt === undefined) running.push(job);
    looked++;
    if (running.length < STOPS_PER_CALL && looked < JOBS_PER_CALL) continue;
    nextCursor = cursorOf(job);
    break;
  }
  const cause = `Stopped by ${caller} with all that was running.`;
  let failed = 0;
  await forEachConcurrently(running, AT_ONCE, async (job) => {
    try {
      await stopOrCancel(deps, job, cause);
    } catch (error) {
      failed++;
      deps.log.warn('Session not stopped', { jobId: job.id, error: errorNameOf(error) });
    }
  });
  return { stopped: running.length - failed, failed, nextCursor };
}

/** What was paused is decided anew, so many at a time. `more`: another call finds some. */
export async function replayPaused(
  deps: SwitchDeps,
  limit: number,
): Promise<{ decided: ReasonCounts; failed: number; more: boolean } | ApiRefusal> {
  const pauseSwitch = await deps.switch.read();
  if (pauseSwitch?.paused) return conflict(`${pausedSentence(pauseSwitch)} Resume first.`);
  const { decisions, more } = await deps.paused.list(limit);
  const counts: ReasonCounts[] = [];
  let failed = 0;
  // Oldest first: storm control releases the first alerts.
  await forEachConcurrently(decisions, AT_ONCE, async ({ alertId, ruleId }) => {
    try {
      const later = await decideDeferred(deps, { alertId, ruleId, from: 'paused', startsExecution: true });
      counts.push({ [reasonOf(later)]: 1 });
    } catch (error) {
      failed++;
      deps.log.warn('Paused alert not decided', { alertId, ruleId, error: errorNameOf(error) });
    }
  });
  return { decided: addCounts(...counts), failed, more };
}

function reasonOf(later: Awaited<ReturnType<typeof decideDeferred>>) {
  switch (later.kind) {
    case 'started':
      return 'started';
    case 'called':
      return 'webhook_called';
    case 'nothing':
      return later.reason;
  }
}
