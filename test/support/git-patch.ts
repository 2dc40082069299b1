import { filePatch } from '../../functions/domain/session/patch.ts';
import type { FileDiff } from '../../functions/domain/session/session.ts';

interface GitPatch {
  /** One unified patch as `git diff` writes it and `git apply` takes it; empty where there is nothing to apply. */
  text: string;
  /** Paths in the patch. */
  files: string[];
  additions: number;
  deletions: number;
  /** Paths that are not in the patch, because the server gave no content for them: binary files for the most part. */
  skipped: string[];
}

/** The patches of all paths as one, without asking a server whether they apply. */
export function toGitPatch(diffs: FileDiff[]): GitPatch {
  const patch: GitPatch = { text: '', files: [], additions: 0, deletions: 0, skipped: [] };
  for (const diff of diffs) {
    const text = filePatch(diff);
    if (text === null) {
      patch.skipped.push(diff.path);
      continue;
    }
    patch.text += text;
    patch.files.push(diff.path);
    patch.additions += diff.additions;
    patch.deletions += diff.deletions;
  }
  return patch;
}
