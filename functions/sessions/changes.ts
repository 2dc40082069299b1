import { toGitPatch } from '../domain/session/patch.ts';
import type { FileDiff } from '../domain/session/session.ts';
import { isWithheld } from './withheld.ts';

/** The changes of a session, sorted into what the patch holds and what it cannot or must not hold. */
export interface Changes {
  /** Null where nothing is left to apply. */
  patch: string | null;
  files: Pick<FileDiff, 'path' | 'status' | 'additions' | 'deletions'>[];
  additions: number;
  deletions: number;
  /** Left out: the content is likely a secret. */
  withheld: string[];
  /** Left out: the server gives no content, as for binary files. */
  skipped: string[];
}

export function sortChanges(diffs: FileDiff[]): Changes {
  const shown = diffs.filter(({ path }) => !isWithheld(path));
  const { text, files, skipped, additions, deletions } = toGitPatch(shown);
  return {
    patch: text === '' ? null : text,
    files: shown
      .filter(({ path }) => files.includes(path))
      .map(({ path, status, additions, deletions }) => ({ path, status, additions, deletions })),
    additions,
    deletions,
    withheld: diffs.filter(({ path }) => isWithheld(path)).map(({ path }) => path),
    skipped,
  };
}
