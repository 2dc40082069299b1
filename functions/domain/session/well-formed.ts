import { hunkHeader, sectionsOf } from './patch-sections.ts';

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

interface Sides {
  old: number;
  new: number;
}

/** What a line of a hunk takes of its two sides; a "no newline" note belongs to the line before it. */
const taken: Record<string, Sides> = {
  ' ': { old: 1, new: 1 },
  '-': { old: 1, new: 0 },
  '+': { old: 0, new: 1 },
  '\\': { old: 0, new: 0 },
};

function areHunks(lines: string[]): boolean {
  let left: Sides = { old: 0, new: 0 };
  let next: Sides = { old: 0, new: 0 };
  for (const line of lines) {
    const kind = line.charAt(0);
    if (left.old === 0 && left.new === 0 && kind !== '\\') {
      const hunk = readHeader(line);
      if (!hunk || hunk.starts.old < next.old || hunk.starts.new < next.new) return false;
      left = hunk.counts;
      next = { old: hunk.starts.old + left.old, new: hunk.starts.new + left.new };
    } else {
      const { old, new: added } = taken[kind] ?? { old: Number.POSITIVE_INFINITY, new: 0 };
      left = { old: left.old - old, new: left.new - added };
    }
    if (left.old < 0 || left.new < 0) return false;
  }
  return left.old === 0 && left.new === 0;
}

function readHeader(line: string): { starts: Sides; counts: Sides } | null {
  const [header, oldStart, oldCount = '1', newStart, newCount = '1'] = hunkHeader.exec(line) ?? [];
  if (header === undefined) return null;
  return {
    starts: { old: Number(oldStart), new: Number(newStart) },
    counts: { old: Number(oldCount), new: Number(newCount) },
  };
}

/** A byte that is no UTF-8 has become this on its way here, so the text is not the file's. */
export const hasLostBytes = (text: string): boolean => text.includes('\ufffd');
