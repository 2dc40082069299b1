import type { Collected, ExecutionInput, SessionRef, TaskInput } from '../contract/execution.ts';
import type { Kept } from '../domain/job/job.ts';
import type { RepositoryReport } from '../domain/repository/repository-guard.ts';
import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { textFileOf } from '../domain/text/texts.ts';
import { agentVerdictOf } from '../domain/verification/agent-verdict.ts';
import { notRun } from '../domain/verification/checks.ts';
import type { Clock, CredentialScanner, Log, RepositoryGuards, ResultStore, SessionServer } from '../ports.ts';
import { auditBy } from './audit.ts';
import { conclude } from './cause.ts';
import { type Changes, sortChanges } from './changes.ts';
import { earlierResult } from './earlier-result.ts';
import { type Findings, isDiffUnread, isServerGone, readFindings, type ScreenedFindings } from './findings.ts';
import { leaveGuarded } from './guard-repository.ts';
import { manifestOf } from './manifest.ts';
import { createScreen, isPasswordFound, type Screen } from './screen.ts';

export interface StoreResultDeps {
  scanner: CredentialScanner;
  guards: RepositoryGuards;
  results: ResultStore;
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Log;
}

interface OfSession {
  session: SessionRef;
  server: SessionServer;
  filter: PasswordFilter;
  /** What was kept before the last turn: it stays where that cannot be read. */
  earlier?: Kept | undefined;
}

interface StoredResult {
  collected: Collected;
  /** Why the worktree stays; null where it holds nothing that is not stored. */
  keptFor: string | null;
  /** A server that did not tell the changes is not asked for more: each call may take its whole time-out. */
  isUnread: boolean;
}

/** Reads what there is of a session's result and stores it. Nothing is ended by it: it may be done again. */
export async function storeResult(
  deps: StoreResultDeps,
  input: TaskInput<'collectResult'>,
  { session, server, filter, earlier }: OfSession,
): Promise<StoredResult> {
  const { execution, polls } = input;
  const { maxChanged, verify } = execution;
  const ending = { ...input.ending, cause: filter.without(input.ending.cause) };
  const screen = createScreen(filter, deps.scanner, execution.session.resultScan);
  const completed = ending.outcome === 'completed';
  const found = await readFindings(server, session, { completed, clock: deps.clock, log: deps.log });
  const changes = await sortChanges(found.diffs, {
    audit: auditBy(server, session, found),
    own: session.worktree,
    screen,
  });
  const findings = screened(found, screen);
  // Checks may change it still: it is compared once they have ended.
  const gitFolder = input.keep
    ? null
    : await compareGitFolder(deps, execution, { session, filter, server: isServerGone(found) ? undefined : server });
  const said = [input.ending.cause, found.answer ?? ''].some(filter.isIn);
  const passwordFound = said || isPasswordFound(changes.secrets);
  const keptFor = reasonToKeep(execution, session, findings, changes);
  const { jobId } = execution;
  const { outcome, cause } = ending;
  if (earlier && outcome !== 'completed' && isDiffUnread(findings)) {
    const unread = { earlier, ending: { outcome, cause }, session, findings, gitFolder, keptFor };
    return { collected: await earlierResult(deps, input, unread), keptFor, isUnread: true };
  }
  const summary = {
    ...conclude(ending, { changes, findings, session, gitFolder, keptFor, passwordFound, jobId, maxChanged }),
    polls,
    tokens: findings.tokens,
    costUsd: findings.costUsd,
    ...(execution.agentVerdict && {
      agentVerdict: agentVerdictOf(found.answer ?? '', (text) => screen.answer(text).text),
    }),
    checks: verify ? notRun(verify.checks, 'none was begun') : null,
  };
  const patch = changes.patch && textFileOf(changes.patch);
  const patchSha256 = patch?.sha256 ?? null;
  const createdAt = deps.clock.now().toISOString();
  const workspaceKept = session.worktree && keptFor !== null;
  const about = { input, session, findings, changes, gitFolder };
  const manifest = manifestOf({ ...about, summary, patchSha256, createdAt, workspaceKept });
  const stored = await deps.results.write(jobId, { patch, answer: findings.answer, manifest });
  const collected = {
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
  return { collected, keptFor, isUnread: isDiffUnread(findings) };
}

/** What the session, or another one beside it, has left in the git folder for the next. An agent chooses the names. */
export async function compareGitFolder(
  deps: Pick<StoreResultDeps, 'guards' | 'clock' | 'log'>,
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
