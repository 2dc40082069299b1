import type { Collected, Ending, ExecutionInput, SessionRef } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { RepositoryReport } from '../domain/repository/repository-guard.ts';
import { cut } from '../domain/text/cut.ts';
import { listed } from '../domain/text/listed.ts';
import { excessOf } from '../domain/verification/size.ts';
import type { Changes } from './changes.ts';
import type { ScreenedFindings } from './findings.ts';
import { blockAdvice, listedNames } from './guard-repository.ts';

const MAX_LISTED = 3;

interface CauseSource {
  changes: Changes;
  findings: Pick<ScreenedFindings, 'recorded' | 'unrecorded' | 'answer' | 'answerSecrets'>;
  session: SessionRef;
  gitFolder: RepositoryReport | null;
  /** Of the session. */
  jobId: string;
  keptFor: string | null;
  maxChanged: ExecutionInput['maxChanged'];
  /** The password of the server stood in a file, in the answer or in the reason of the ending. */
  passwordFound: boolean;
}

/** How a session has ended: a completed one is told apart by whether there is something to apply. */
export function conclude(ending: Ending, source: CauseSource): Pick<Collected, 'outcome' | 'cause'> {
  const { patch, files, additions, deletions } = source.changes;
  if (ending.outcome !== 'completed') return { outcome: ending.outcome, cause: causeOf(ending, source) };
  if (patch === null) return { outcome: 'no_changes', cause: causeOf(ending, source) };
  const excess = excessOf(source.maxChanged, { files: files.length, additions, deletions });
  return { outcome: excess === undefined ? 'diff_ready' : 'diff_too_large', cause: causeOf(ending, source, excess) };
}

/** What happened and what to do next, for the operator who reads the ending. */
function causeOf(ending: Ending, source: CauseSource, excess?: string): string {
  const { changes, findings, session, gitFolder, keptFor, passwordFound, jobId } = source;
  const sentences = [
    excess !== undefined && excess,
    ending.outcome === 'completed' ? completedCause(changes, findings.answer, session.baseCommit) : ending.cause,
    ending.outcome !== 'completed' && changes.patch !== null && `Its changes so far are kept: ${counted(changes)}.`,
    !findings.recorded && unrecordedCause(session),
    passwordFound && passwordCause(changes),
    gitFolderCause(gitFolder, jobId),
    findings.answerSecrets.length > 0 &&
      `Credentials stood in the answer: ${fewOf(findings.answerSecrets)}. Change those that are real.`,
    changes.withheld.length > 0 && `Not in the patch, because they may hold secrets: ${fewOf(changes.withheld)}.`,
    changes.skipped.length > 0 &&
      `Not in the patch, because the server gives no usable content, as of binary files: ${fewOf(changes.skipped)}.`,
    changes.refused.length > 0 &&
      `Not in the patch, because "git apply" refuses their paths: ${fewOf(changes.refused.map(({ path }) => path))}.`,
    changes.ignored.length > 0 && `Written, and not in the patch, because git ignores them: ${fewOf(changes.ignored)}.`,
    findings.unrecorded.length > 0 &&
      `Changed in the shared directory, by this session or by others, and not recorded for it: ${fewOf(findings.unrecorded)}.`,
    changes.flags.length > 0 &&
      `Look before an automatic step takes it: ${fewOf(changes.flags.map(({ path, why }) => `${path} (${why.join(', ')})`))}.`,
    worktreeCause(session, keptFor),
  ];
  return causeFrom(sentences);
}

/** One text of the sentences that hold. */
export const causeFrom = (sentences: (string | false)[]): string =>
  cut(sentences.filter((sentence) => sentence !== false).join(' '), limits.causeCharacters);

export const worktreeCause = ({ directory }: SessionRef, keptFor: string | null): string | false =>
  keptFor !== null && `The worktree ${directory} is kept: ${keptFor}.`;

/** The agent had it, so whatever it started may have it still. */
const passwordCause = ({ secrets }: Changes): string =>
  `The password of the server was found in ${secrets.some(({ kinds }) => kinds.includes('server-password')) ? 'what the agent changed' : 'what the agent said'} and is left out: change it, on the server and as apiKey of the integration.`;

/** Whoever ran meanwhile may have done it. False where it is as it was, or was not looked at. */
export function gitFolderCause(gitFolder: RepositoryReport | null, jobId: string): string | false {
  if (gitFolder === null || gitFolder.changed.length === 0) return false;
  const { changed, jobIds } = gitFolder;
  const others = jobIds.filter((each) => each !== jobId);
  const by = others.length === 0 ? 'While it ran' : `While it and ${listedNames(others)} ran`;
  return `${by}, the git folder that all sessions of the repository share was changed (${listedNames(changed)}), so none begins there any more. ${blockAdvice(jobId)}`;
}

/** "Nothing was recorded" is not "nothing changed". */
const unrecordedCause = ({ directory, baseCommit }: SessionRef): string =>
  baseCommit === null
    ? `What it changed was not recorded: ${directory} is no git repository with a commit, or the server has no git.`
    : `What it changed was not recorded: snapshots are switched off ("snapshot": false) on the server. Look at ${directory}, or use "workspace": "worktree".`;

function completedCause(changes: Changes, answer: string | null, baseCommit: string | null): string {
  if (changes.patch === null) {
    const { withheld, skipped, refused, ignored } = changes;
    return withheld.length + skipped.length + refused.length + ignored.length > 0
      ? 'The agent finished and changed only files that no patch holds. Look at them in its worktree or session.'
      : noChangesCause(answer);
  }
  const base = baseCommit === null ? '' : ` on commit ${baseCommit.slice(0, 12)}`;
  return `The agent changed ${counted(changes)}. Review the patch and apply it with "git apply"${base}.`;
}

const noChangesCause = (answer: string | null): string =>
  answer === null
    ? 'The agent finished without a change and without a word. Read the session, and look at its model.'
    : 'The agent finished without a change to apply. Read its answer or the session.';

const counted = ({ files, additions, deletions }: Changes): string =>
  `${files.length} ${files.length === 1 ? 'file' : 'files'} (+${additions} -${deletions})`;

const fewOf = (paths: string[]): string => listed(paths, MAX_LISTED);
