import { sectionsOf } from './patch-sections.ts';

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const headerLine = /^(?:(?:old|new|new file|deleted file) mode (?:100644|100755|120000|160000)|--- .+|\+\+\+ .+)$/;

/**
 * Whether git could read the patch of one path: every hunk has the lines that it counts, and comes after the one before
 * it. Whether it fits the base is for git to say.
 */
export const isWellFormed = (patch: string): boolean =>
  patch.endsWith('\n') && sectionsOf(patch).every((section) => isSection(section.slice(0, -1).split('\n')));

function isSection([title = '', ...lines]: string[]): boolean {
  const firstHunk = lines.findIndex((line) => line.startsWith('@@ '));
  const header = firstHunk < 0 ? lines : lines.slice(0, firstHunk);
  const isHeader = title.startsWith('diff --git ') && header.every((line) => headerLine.test(line));
  const names = header.filter((line) => line.startsWith('--- ') || line.startsWith('+++ '));
  if (!isHeader || names.length !== (firstHunk < 0 ? 0 : 2)) return false;
  return firstHunk < 0 ? header.length > 0 : areHunks(lines.slice(firstHunk));
}

function areHunks(lines: string[]): boolean {
  let left = { old: 0, new: 0 };
  let next = { old: 0, new: 0 };
  for (const line of lines) {
    const kind = line[0];
    if (left.old === 0 && left.new === 0 && kind !== '\\') {
      const [header, oldStart, oldCount = '1', newStart, newCount = '1'] = hunkHeader.exec(line) ?? [];
      const starts = { old: Number(oldStart), new: Number(newStart) };
      if (header === undefined || starts.old < next.old || starts.new < next.new) return false;
      left = { old: Number(oldCount), new: Number(newCount) };
      next = { old: starts.old + left.old, new: starts.new + left.new };
    } else if (kind === ' ') {
      left = { old: left.old - 1, new: left.new - 1 };
    } else if (kind === '-') {
      left = { ...left, old: left.old - 1 };
    } else if (kind === '+') {
      left = { ...left, new: left.new - 1 };
    } else if (kind !== '\\') {
      return false;
    }
    if (left.old < 0 || left.new < 0) return false;
  }
  return left.old === 0 && left.new === 0;
}

/** A byte that is no UTF-8 has become this on its way here, so the text is not the file's. */
export const hasLostBytes = (text: string): boolean => text.includes('\ufffd');
