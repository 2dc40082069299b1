import type { Collected, ExecutionInput, SessionRef, TaskInput } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Outcome } from '../contract/outcomes.ts';
import { redactText } from '../domain/alert/redact-alert.ts';
import { serverOf } from '../domain/job/server-of.ts';
import type { RepositoryReport } from '../domain/repository/repository-guard.ts';
import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import { cut } from '../domain/text/cut.ts';
import { sha256 } from '../domain/text/digest.ts';
import type {
  Budgets,
  Clock,
  CredentialScanner,
  JobStore,
  Log,
  RepositoryGuards,
  ResultStore,
  SessionServer,
  SessionServers,
} from '../ports.ts';
import { auditBy } from './audit.ts';
import { causeOf, outcomeOf } from './cause.ts';
import { type Changes, sortChanges } from './changes.ts';
import { clearSession } from './clear-session.ts';
import { type Findings, isDiffUnread, isServerGone, readFindings, type ScreenedFindings } from './findings.ts';
import { leaveGuarded } from './guard-repository.ts';
import { manifestOf } from './manifest.ts';
import { releaseWorkspace } from './release-workspace.ts';
import {
  createScreen,
  inTellableWords,
  isPasswordFound,
  passwordFilterOf,
  type Screen,
  type ScreenDeps,
} from './screen.ts';

export interface CollectResultDeps extends ScreenDeps {
  scanner: CredentialScanner;
  servers: SessionServers;
  guards: RepositoryGuards;
  jobs: Pick<JobStore, 'get' | 'finish' | 'markCleared'>;
  results: ResultStore;
  budgets: Pick<Budgets, 'spend'>;
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Log;
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
  const cause = redactText(input.ending.cause, job?.redact);
  const told = { ...input, ending: { ...input.ending, cause } };
  return session
    ? inTellableWords(deps, input.execution, () => collectSession(deps, told, { session, filter }))
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
  { session, filter }: { session: SessionRef; filter: PasswordFilter },
): Promise<Collected> {
  const { execution, polls } = input;
  const ending = { ...input.ending, cause: filter.without(input.ending.cause) };
  const screen = createScreen(filter, deps.scanner, execution.session.resultScan);
  const server = deps.servers.connect(serverOf(execution), session.dialect);
  const completed = ending.outcome === 'completed';
  const found = await readFindings(server, session, { completed, clock: deps.clock, log: deps.log });
  const changes = await sortChanges(found.diffs, {
    audit: auditBy(server, session, found),
    own: session.worktree,
    screen,
  });
  const findings = screened(found, screen);
  const gitFolder = await compareGitFolder(deps, execution, {
    session,
    filter,
    server: isServerGone(found) ? undefined : server,
  });
  const said = [input.ending.cause, found.answer ?? ''].some(filter.isIn);
  const passwordFound = said || isPasswordFound(changes.secrets);
  const keptFor = reasonToKeep(execution, session, findings, changes);
  const summary = {
    outcome: outcomeOf(ending, changes),
    cause: causeOf(ending, { changes, findings, session, gitFolder, keptFor, passwordFound, jobId: execution.jobId }),
    polls,
    tokens: findings.tokens,
    costUsd: findings.costUsd,
  };
  const patchSha256 = changes.patch === null ? null : sha256(changes.patch);
  const createdAt = deps.clock.now().toISOString();
  const workspaceKept = session.worktree && keptFor !== null;
  const about = { input, session, findings, changes, gitFolder };
  const manifest = manifestOf({ ...about, summary, patchSha256, createdAt, workspaceKept });
  const stored = await deps.results.write(execution.jobId, {
    patch: changes.patch,
    answer: findings.answer,
    manifest,
  });
  await spend(deps, execution, findings.costUsd);
  const finished = {
    ...summary,
    session: { id: session.id, url: session.url, serverVersion: session.serverVersion },
    result: {
      ...stored,
      patchSha256,
      files: changes.files.length,
      additions: changes.additions,
      deletions: changes.deletions,
      baseCommit: session.baseCommit,
    },
  };
  const collected = await finishJob(deps, input, finished, session.worktree && keptFor === null);
  // A server that did not tell the changes is not asked for more: each call may take its whole time-out.
  if (isDiffUnread(findings)) return collected;
  const released = await releaseWorkspace(server, session, { keep: keptFor !== null, log: deps.log });
  // Of a session that was aborted the sweep sees to it that nothing is at work any more.
  if (released && completed) await deps.jobs.markCleared(execution.jobId, deps.clock.now().toISOString());
  return collected;
}

/** What the session, or another one beside it, has left in the git folder for the next. An agent chooses the names. */
async function compareGitFolder(
  deps: CollectResultDeps,
  { jobId, session: { endpoint } }: ExecutionInput,
  {
    session: { repository },
    server,
    filter,
  }: { session: SessionRef; server: SessionServer | undefined; filter: PasswordFilter },
): Promise<RepositoryReport | null> {
  const report = await leaveGuarded(deps, server, { jobId, endpoint, repository });
  if (!report) return null;
  const { changed, branches } = report;
  return { ...report, changed: changed.map(filter.without), branches: branches.map(filter.without) };
}

/** Why the worktree stays; null where it holds nothing that is not stored. */
function reasonToKeep(
  execution: ExecutionInput,
  session: SessionRef,
  findings: Findings,
  { skipped, withheld, refused, ignored }: Changes,
): string | null {
  if (!session.worktree) return null;
  if (isDiffUnread(findings)) return 'its changes could not be read';
  if (skipped.length + withheld.length + refused.length + ignored.length > 0)
    return 'it has files that the patch does not hold';
  return execution.session.keepWorkspace ? 'the rule asks for it' : null;
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

/** What the agent said, and what it named, without what nobody is to read. */
function screened(findings: Findings, { filter, answer }: Screen): ScreenedFindings {
  const said = findings.answer === null ? null : answer(findings.answer);
  return {
    ...findings,
    answer: said?.text ?? null,
    answerSecrets: said?.kinds ?? [],
    unrecorded: findings.unrecorded.map(filter.without),
  };
}

function withoutSession({ ending, polls }: CollectResultInput, filter: PasswordFilter): Collected {
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
  };
}
