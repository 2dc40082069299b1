import type { Collected, SessionRef, TaskInput } from '../contract/execution.ts';
import type { RepositoryReport } from '../domain/repository/repository-guard.ts';
import type { Changes } from './changes.ts';
import type { Findings, ScreenedFindings } from './findings.ts';

interface ManifestSource {
  input: TaskInput<'collectResult'>;
  session: SessionRef;
  findings: ScreenedFindings;
  changes: Changes;
  gitFolder: RepositoryReport | null;
  summary: Pick<Collected, 'outcome' | 'cause' | 'polls' | 'tokens' | 'costUsd' | 'checks' | 'agentVerdict'>;
  patchSha256: string | null;
  createdAt: string;
  workspaceKept: boolean;
}

/** The result's table of contents: ids for an audit, digests to check the patch by, and what is not in it and why. */
export function manifestOf(source: ManifestSource): object {
  const { input, session, findings, changes, gitFolder, summary, patchSha256, createdAt, workspaceKept } = source;
  const { execution, executionArn } = input;
  const { outcome, cause, polls, tokens, costUsd, checks, agentVerdict } = summary;
  return {
    jobId: execution.jobId,
    executionArn,
    createdAt,
    outcome,
    cause,
    alert: execution.alert,
    relay: execution.relay,
    rule: execution.rule,
    ...(execution.catalogue && { catalogue: execution.catalogue }),
    promptSha256: execution.prompt.sha256,
    session: { id: session.id, url: session.url, serverVersion: session.serverVersion },
    permissions: execution.session.permissions,
    workspace: { directory: session.directory, worktree: session.worktree, kept: workspaceKept },
    baseCommit: session.baseCommit,
    patchSha256,
    patchCheck: changes.check,
    diffSource: findings.diffSource,
    totals: { files: changes.files.length, additions: changes.additions, deletions: changes.deletions },
    files: changes.files,
    withheld: changes.withheld,
    secrets: changes.secrets,
    answerSecrets: findings.answerSecrets,
    refused: changes.refused,
    flags: changes.flags,
    skipped: changes.skipped,
    ignored: changes.ignored,
    unrecorded: findings.unrecorded,
    /** Null where it could not be compared with what it was before the session. */
    gitFolder,
    unread: findings.unread,
    notes: notesOf(session, findings),
    polls,
    tokens,
    costUsd,
    /** What the rule's checks said; null where it has none. */
    checks: checks ?? null,
    ...(agentVerdict !== undefined && { agentVerdict }),
  };
}

function notesOf({ worktree }: SessionRef, { recorded }: Findings): string[] {
  if (worktree) return [];
  const notes = [
    'Shared workspace: changes of other sessions in the same turn may be among these, and changes that the server did ' +
      'not record for this turn are left out, because the working tree holds the changes of others too.',
  ];
  if (!recorded) notes.push('The server recorded nothing of this directory, so that its changes are not known.');
  return notes;
}
