import type { Ending, SessionRef } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Outcome } from '../contract/outcomes.ts';
import { cut } from '../domain/text/cut.ts';
import type { Changes } from './changes.ts';

const MAX_LISTED = 3;

/** The outcome of an ending: a completed session is told apart by whether there is something to apply. */
export const outcomeOf = (ending: Ending, changes: Changes): Outcome => {
  if (ending.outcome !== 'completed') return ending.outcome;
  return changes.patch === null ? 'no_changes' : 'diff_ready';
};

/** What happened and what to do next, for the operator who reads the ending. */
export function causeOf(ending: Ending, changes: Changes, session: SessionRef, keptFor: string | null): string {
  const sentences = [
    ending.outcome === 'completed' ? completedCause(changes, session.baseCommit) : ending.cause,
    ending.outcome !== 'completed' && changes.patch !== null && `Its changes so far are kept: ${counted(changes)}.`,
    changes.withheld.length > 0 && `Not in the patch, because they may hold secrets: ${listed(changes.withheld)}.`,
    changes.skipped.length > 0 &&
      `Not in the patch, because the server gives no usable content, as of binary files: ${listed(changes.skipped)}.`,
    keptFor !== null && `The worktree ${session.directory} is kept: ${keptFor}.`,
  ];
  return cut(sentences.filter((sentence) => sentence !== false).join(' '), limits.causeCharacters);
}

function completedCause(changes: Changes, baseCommit: string | null): string {
  if (changes.patch === null) {
    return changes.withheld.length + changes.skipped.length > 0
      ? 'The agent finished and changed only files that no patch holds. Look at them in its worktree or session.'
      : 'The agent finished without a change to apply. Read its answer or the session.';
  }
  const base = baseCommit === null ? '' : ` on commit ${baseCommit.slice(0, 12)}`;
  return `The agent changed ${counted(changes)}. Review the patch and apply it with "git apply"${base}.`;
}

const counted = ({ files, additions, deletions }: Changes): string =>
  `${files.length} ${files.length === 1 ? 'file' : 'files'} (+${additions} -${deletions})`;

const listed = (paths: string[]): string =>
  paths.slice(0, MAX_LISTED).join(', ') + (paths.length > MAX_LISTED ? ` and ${paths.length - MAX_LISTED} more` : '');
