import type { Collected, ExecutionInput, SessionRef, TaskInput } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Outcome } from '../contract/outcomes.ts';
import { redactText } from '../domain/alert/redact-alert.ts';
import { type Kept, keptOf } from '../domain/job/job.ts';
import { serverOf } from '../domain/job/server-of.ts';
import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import { cut } from '../domain/text/cut.ts';
import { notRun } from '../domain/verification/checks.ts';
import type { Budgets, Clock, JobStore, SessionServers } from '../ports.ts';
import { clearSession } from './clear-session.ts';
import { completeKept } from './complete-kept.ts';
import { releaseWorkspace } from './release-workspace.ts';
import { inTellableWords, passwordFilterOf, type ScreenDeps } from './screen.ts';
import { type StoreResultDeps, storeResult } from './store-result.ts';

export interface CollectResultDeps extends ScreenDeps, StoreResultDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get' | 'finish' | 'markCleared'>;
  budgets: Pick<Budgets, 'spend'>;
  clock: Pick<Clock, 'now' | 'sleep'>;
}

type CollectResultInput = TaskInput<'collectResult'>;

/**
 * Stores what there is of a result, finishes the job and gives the workspace back, in this order: a workspace is never
 * removed before its result is stored. A job that is finished already keeps its outcome.
 */
export async function collectResult(deps: CollectResultDeps, input: CollectResultInput): Promise<Collected> {
  const job = await deps.jobs.get(input.execution.jobId);
  if (job?.collected) {
    if (job.worktreeLeft && job.session) await releaseAgain(deps, input, job.session);
    return job.collected;
  }
  // A recorded session whose answer the workflow never got is still ours to clean up.
  const session = input.session ?? job?.session ?? null;
  const filter = await passwordFilterOf(deps, input.execution);
  const kept = job && keptOf(job);
  const cause = redactText(input.ending.cause, job?.redact);
  const told = { ...input, ending: { ...input.ending, cause } };
  return session
    ? inTellableWords(deps, input.execution, () =>
        collectSession(deps, told, { session, filter, kept, earlier: job?.kept }),
      )
    : endWithoutSession(deps, told, withoutSession(told, filter));
}

/** Endings by which a try may have left a worktree on a server that answers: it goes at once, else with a sweep. */
const leaving: readonly Outcome[] = ['workspace_failed', 'session_lost'];

async function endWithoutSession(
  deps: CollectResultDeps,
  input: CollectResultInput,
  ending: Collected,
): Promise<Collected> {
  const collected = await finishJob(deps, input, ending);
  if (!leaving.includes(collected.outcome)) return collected;
  const job = await deps.jobs.get(input.execution.jobId);
  if (job) await clearSession(deps, job);
  return collected;
}

/** An earlier attempt has finished the job, and may have been interrupted before it removed the worktree. */
async function releaseAgain(
  { servers, log }: CollectResultDeps,
  { execution }: CollectResultInput,
  session: SessionRef,
): Promise<void> {
  const server = servers.connect(serverOf(execution), session.dialect);
  await releaseWorkspace(server, session, { keep: false, log });
}

async function collectSession(
  deps: CollectResultDeps,
  input: CollectResultInput,
  {
    session,
    filter,
    kept,
    earlier,
  }: { session: SessionRef; filter: PasswordFilter; kept: Kept | undefined; earlier: Kept | undefined },
): Promise<Collected> {
  const { execution } = input;
  const server = deps.servers.connect(serverOf(execution), session.dialect);
  const of = { session, server, filter };
  const { collected, keptFor, isUnread } = kept
    ? { ...kept, collected: await completeKept(deps, input, { ...of, kept }), isUnread: false }
    : await storeResult(deps, input, { ...of, earlier });
  await spend(deps, execution, collected.costUsd);
  const finished = await finishJob(deps, input, collected, session.worktree && keptFor === null);
  if (isUnread) return finished;
  const released = await releaseWorkspace(server, session, { keep: keptFor !== null, log: deps.log });
  // Of a session that was aborted the sweep sees to it that nothing is at work any more.
  const completed = input.ending.outcome === 'completed';
  if (released && completed) await deps.jobs.markCleared(execution.jobId, deps.clock.now().toISOString());
  return finished;
}

/** Adds the cost to the budgets of the day. The outcome is worth more than the account: trouble is logged. */
async function spend(
  { budgets, log }: CollectResultDeps,
  { jobId, ...execution }: ExecutionInput,
  costUsd: number | null,
) {
  if (!execution.budgets || costUsd === null) return;
  const { day, scopes } = execution.budgets;
  for (const scope of scopes) {
    await budgets.spend(scope, day, jobId, costUsd).catch((error: unknown) => {
      log.warn('Cost not counted', { guard: 'session_cost', scope, jobId, error: errorNameOf(error) });
    });
  }
}

async function finishJob(
  { jobs, clock }: CollectResultDeps,
  { execution }: CollectResultInput,
  collected: Collected,
  worktreeLeft = false,
): Promise<Collected> {
  if (await jobs.finish(execution.jobId, collected, clock.now().toISOString(), worktreeLeft)) return collected;
  return (await jobs.get(execution.jobId))?.collected ?? collected;
}

function withoutSession({ execution, ending, polls }: CollectResultInput, filter: PasswordFilter): Collected {
  if (ending.outcome === 'completed') throw new Error('A session cannot have completed without being known');
  const { outcome, cause } = ending;
  return {
    outcome,
    cause: cut(filter.without(cause), limits.causeCharacters),
    polls,
    session: null,
    result: null,
    tokens: null,
    costUsd: null,
    checks: execution.verify ? notRun(execution.verify.checks, 'there was no session') : null,
  };
}
