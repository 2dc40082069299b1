import { headerOf, hunkLinesOf } from './patch-sections.ts';
import type { FileDiff } from './session.ts';

/**
 * The changes of a turn, each in the form that the server's git gives it where both tell the same change: the diff of a
 * turn has no modes, no byte order mark, and takes a link for a file with its target's name. What git calls a link or a
 * change of mode, and the turn tells otherwise, is left without content.
 */
export function inGitForm(turn: FileDiff[], tree: FileDiff[]): FileDiff[] {
  const byPath = new Map(tree.map((diff) => [diff.path, diff]));
  return turn.map((diff) => {
    const git = byPath.get(diff.path);
    if (!git) return diff;
    if (isSameChange(diff, git)) return git;
    return hasMode(git) || isUnread(diff, git) ? { ...diff, patch: '' } : diff;
  });
}

/** Modes that a text without one would not be: executable, link, or changed. */
const hasMode = ({ patch }: FileDiff): boolean =>
  headerOf(patch).some((line) => /^(?:(?:old|new) mode |new file mode 100755$|.* (?:120000|160000)$)/.test(line));

/** 1.18 tries to read a new link to a folder, and tells no content of it; the turn takes its target for a text. */
const isUnread = (turn: FileDiff, { patch }: FileDiff): boolean =>
  patch.startsWith('Index: ') && changedLines({ ...turn, patch }) === '' && changedLines(turn) !== '';

function isSameChange(turn: FileDiff, git: FileDiff): boolean {
  const lines = changedLines(turn);
  if (lines === '') return turn.additions === git.additions && turn.deletions === git.deletions;
  return lines === changedLines(git);
}

/** What goes and what comes, in this order, whatever stands around it. */
function changedLines({ patch }: FileDiff): string {
  const lines = hunkLinesOf(patch.replaceAll('\ufeff', ''));
  return [...lines.filter((line) => line.startsWith('-')), ...lines.filter((line) => line.startsWith('+'))].join('\n');
}
