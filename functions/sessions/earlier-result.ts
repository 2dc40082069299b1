import type { Collected, Ending, SessionRef, TaskInput } from '../contract/execution.ts';
import type { Kept } from '../domain/job/job.ts';
import type { RepositoryReport } from '../domain/repository/repository-guard.ts';
import type { ResultStore } from '../ports.ts';
import { causeFrom, gitFolderCause, worktreeCause } from './cause.ts';
import type { Findings } from './findings.ts';

interface UnreadTurn {
  earlier: Kept;
  ending: { outcome: Exclude<Ending['outcome'], 'completed'>; cause: string };
  session: SessionRef;
  findings: Pick<Findings, 'tokens' | 'costUsd' | 'unread'>;
  gitFolder: RepositoryReport | null;
  keptFor: string | null;
}

/**
 * The result of a session whose last turn could not be read: what was kept before that turn, with the checks that it
 * was told of, and how the session has ended. Patch and answer are stored already.
 */
export async function earlierResult(
  { results }: { results: Pick<ResultStore, 'amend'> },
  { execution: { jobId }, polls }: TaskInput<'collectResult'>,
  { earlier, ending, session, findings, gitFolder, keptFor }: UnreadTurn,
): Promise<Collected> {
  const { collected, checks = collected.checks } = earlier;
  const { directory, worktree } = session;
  const { files = 0 } = collected.result ?? {};
  const sentences = [
    ending.cause,
    `What it changed after it was told of checks that failed could not be read: the patch (${files} ${files === 1 ? 'file' : 'files'}) is that of before.`,
    gitFolderCause(gitFolder, jobId),
    worktreeCause(session, keptFor),
  ];
  const summary = {
    outcome: ending.outcome,
    cause: causeFrom(sentences),
    polls,
    tokens: findings.tokens ?? collected.tokens,
    costUsd: findings.costUsd ?? collected.costUsd,
    checks: checks ?? null,
  };
  const workspace = { directory, worktree, kept: worktree && keptFor !== null };
  await results.amend(jobId, { ...summary, workspace, gitFolder, unread: findings.unread });
  return { ...collected, ...summary };
}
