import type { LintIssue } from '../../../contract/lint.ts';
import type { ServerFindings } from '../../../contract/server-check.ts';
import { changedFiles, unreadPaths } from '../../../domain/repository/git-state.ts';
import { type RepositoryGuard, repositoryId } from '../../../domain/repository/repository-guard.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import type { RepositoryGuards } from '../../../ports.ts';
import { blockAdvice, listedNames } from '../../../sessions/guard-repository.ts';
import { issue } from './issue.ts';

/** What keeps sessions from a repository, or from being told apart from those before them. */
export async function issuesOfGitFolder(
  { guards }: { guards: Pick<RepositoryGuards, 'read'> },
  { rule, endpoint }: { rule: Rule; endpoint: string },
  repository: ServerFindings['repository'],
): Promise<LintIssue[]> {
  if (!repository) return [];
  const { directory, state } = repository;
  const { guard } = await guards.read(repositoryId(endpoint, directory));
  const where = { relayId: rule.relayId, ruleId: rule.id, details: { endpoint: new URL(endpoint).origin, directory } };
  const changed = guard ? [...(guard.block?.changed ?? []), ...changedFiles(guard.known, state)] : [];
  const unread = unreadPaths(state);
  const found: LintIssue[] = [];
  if (guard && changed.length > 0) {
    const names = listedNames([...new Set(changed)]);
    const message = `Rule "${rule.name}": the git folder of ${directory} is not as it was accepted (${names}), and no session begins there. ${blockAdvice(jobOf(guard))}`;
    found.push(issue('rule.git_folder_changed', message, where));
  }
  if (unread.length > 0 || !state.complete) {
    const what = unread.length > 0 ? listedNames(unread) : 'more than 64 files';
    const message = `Rule "${rule.name}": in the git folder of ${directory} there is what cannot be read, so that a change of it is not seen: ${what}.`;
    found.push(issue('rule.git_folder_unread', message, where));
  }
  return found;
}

/** Any job of the repository will do. */
const jobOf = ({ block, last, sessions }: RepositoryGuard): string =>
  block?.jobIds.at(-1) ?? last ?? sessions.at(-1)?.jobId ?? 'JOB_ID';
