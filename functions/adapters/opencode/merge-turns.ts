import type { FileDiff } from '../../domain/session/session.ts';

/** A file's one hunk, which in the server's diffs of a turn holds the whole file. A line's note is part of its text. */
interface WholeFileHunk {
  /** First line after and before the change; the server's hunks begin at 1, or at 0 on a side without lines. */
  oldStart: number;
  newStart: number;
  lines: { kind: ' ' | '-' | '+'; text: string }[];
}

const hunkHeader = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * The changes of several turns as one: each path once, from before the first turn to after the last. What cancels out
 * is left out. Where two changes of a file do not fit together, because something else changed it in between, the file
 * is kept without content, as a binary file is: a patch that lacks it still applies.
 */
export function mergeTurns(turns: FileDiff[][]): FileDiff[] {
  const merged = new Map<string, FileDiff | null>();
  for (const diff of turns.flat()) {
    const earlier = merged.get(diff.path);
    merged.set(diff.path, earlier ? compose(earlier, diff) : diff);
  }
  return [...merged.values()].filter((diff) => diff !== null);
}

/** Null where the second undoes the first. */
function compose(first: FileDiff, second: FileDiff): FileDiff | null {
  const { path } = first;
  const wasThere = first.status !== 'added';
  const isThere = second.status !== 'deleted';
  if (!wasThere && !isThere) return null;
  const status = statusOf(wasThere, isThere);
  const unknown: FileDiff = { path, status, patch: '', additions: 0, deletions: 0 };
  const follows = (first.status === 'deleted') === (second.status === 'added');
  if (!follows || hasNoContent(first) || hasNoContent(second)) return unknown;

  const [before, after] = [hunkOf(first.patch), hunkOf(second.patch)];
  if (before === null || after === null) return unknown;
  const hunk = before && after ? joined(before, after) : (before ?? after);
  if (hunk === null) return unknown;
  if (status === 'modified' && (!hunk || changesNothing(hunk))) return null;
  const count = (kind: string) => hunk?.lines.filter((line) => line.kind === kind).length ?? 0;
  return { path, status, patch: print(path, hunk), additions: count('+'), deletions: count('-') };
}

function statusOf(wasThere: boolean, isThere: boolean): FileDiff['status'] {
  if (!wasThere) return 'added';
  return isThere ? 'modified' : 'deleted';
}

const hasNoContent = ({ patch }: FileDiff): boolean => patch === '' || /^Binary files /m.test(patch);

/** Undefined: no line is changed. Null: more than one hunk, so lines in between are not known. */
function hunkOf(patch: string): WholeFileHunk | null | undefined {
  let hunk: WholeFileHunk | undefined;
  for (const line of patch.split('\n')) {
    const [header, oldStart, newStart] = hunkHeader.exec(line) ?? [];
    const kind = line[0];
    const last = hunk?.lines.at(-1);
    if (header !== undefined) {
      if (hunk) return null;
      hunk = { oldStart: Number(oldStart), newStart: Number(newStart), lines: [] };
    } else if (hunk && (kind === ' ' || kind === '-' || kind === '+')) {
      hunk.lines.push({ kind, text: line.slice(1) });
    } else if (last && kind === '\\') {
      last.text += `\n${line}`;
    }
  }
  return hunk;
}

/** Both changes in one, line by line of what the file was in between. Null where they disagree about that. */
function joined(first: WholeFileHunk, second: WholeFileHunk): WholeFileHunk | null {
  // A side without lines is numbered 0.
  if (Math.max(first.newStart, 1) !== Math.max(second.oldStart, 1)) return null;
  const lines: WholeFileHunk['lines'] = [];
  const [earlier, later] = [first.lines.values(), second.lines.values()];
  let [mine, theirs] = [earlier.next().value, later.next().value];
  while (mine || theirs) {
    if (mine?.kind === '-') {
      lines.push(mine);
      mine = earlier.next().value;
    } else if (theirs?.kind === '+') {
      lines.push(theirs);
      theirs = later.next().value;
    } else if (mine && theirs && mine.text === theirs.text) {
      lines.push(...joinedLine(mine, theirs));
      [mine, theirs] = [earlier.next().value, later.next().value];
    } else {
      return null;
    }
  }
  return { oldStart: first.oldStart, newStart: second.newStart, lines };
}

type WholeFileLine = WholeFileHunk['lines'][number];

/** One line that both sides know. What the first adds and the second deletes is in neither file. */
function joinedLine(mine: WholeFileLine, theirs: WholeFileLine): WholeFileLine[] {
  if (mine.kind === ' ') return [theirs];
  return theirs.kind === ' ' ? [mine] : [];
}

function changesNothing({ lines }: WholeFileHunk): boolean {
  const side = (kind: '-' | '+') =>
    lines.filter((line) => line.kind === ' ' || line.kind === kind).map(({ text }) => text);
  return side('-').join('\n') === side('+').join('\n');
}

function print(path: string, hunk: WholeFileHunk | undefined): string {
  const header = `--- ${path}\n+++ ${path}\n`;
  if (!hunk || hunk.lines.length === 0) return header;
  const { oldStart, newStart, lines } = hunk;
  const size = (kind: '-' | '+') => lines.filter((line) => line.kind === ' ' || line.kind === kind).length;
  const body = lines.map(({ kind, text }) => `${kind}${text}\n`).join('');
  return `${header}@@ -${oldStart},${size('-')} +${newStart},${size('+')} @@\n${body}`;
}
