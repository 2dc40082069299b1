import { hunkHeader } from './patch-sections.ts';

/** Lines of context around a change, as git shows them. The server gives the whole file. */
const CONTEXT_LINES = 3;

/** One line of a hunk: its first character tells what it is; a "no newline" note belongs to the line before it. */
interface HunkLine {
  text: string;
  note: string | null;
}

interface Hunk {
  /** Number of the first line before and after the change. */
  oldLine: number;
  newLine: number;
  lines: HunkLine[];
}

/** The hunks of a unified diff with no more context than a reviewer needs; empty if it has none. */
export const reviewableHunks = (patch: string): string => parse(patch).flatMap(split).map(print).join('');

function parse(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const text of patch.split('\n')) {
    const [header, oldStart, oldCount, newStart, newCount] = hunkHeader.exec(text) ?? [];
    const hunk = hunks.at(-1);
    if (header !== undefined) {
      hunks.push({ oldLine: first(oldStart, oldCount), newLine: first(newStart, newCount), lines: [] });
    } else if (hunk && text.startsWith('\\')) {
      const line = hunk.lines.at(-1);
      if (line) line.note = text;
    } else if (hunk && text !== '') {
      hunk.lines.push({ text, note: null });
    }
  }
  return hunks;
}

/** A side without lines is numbered by the line before it. */
const first = (start = '0', count = '1'): number => Number(start) + (count === '0' ? 1 : 0);

/** Splits a hunk wherever its changes are further apart than their context. */
function split({ oldLine, newLine, lines }: Hunk): Hunk[] {
  const hunks: Hunk[] = [];
  const kept = nearChanges(lines);
  let open: Hunk | undefined;
  for (const [index, line] of lines.entries()) {
    if (!kept.has(index)) {
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else {
      open = { oldLine, newLine, lines: [line] };
      hunks.push(open);
    }
    if (!line.text.startsWith('+')) oldLine++;
    if (!line.text.startsWith('-')) newLine++;
  }
  return hunks;
}

/** Indexes of the changed lines and of those around them. */
function nearChanges(lines: HunkLine[]): Set<number> {
  const near = new Set<number>();
  for (const [index, { text }] of lines.entries()) {
    if (text.startsWith(' ')) continue;
    for (let offset = -CONTEXT_LINES; offset <= CONTEXT_LINES; offset++) near.add(index + offset);
  }
  return near;
}

function print({ oldLine, newLine, lines }: Hunk): string {
  const oldCount = lines.filter(({ text }) => !text.startsWith('+')).length;
  const newCount = lines.filter(({ text }) => !text.startsWith('-')).length;
  const range = (start: number, count: number) => `${count === 0 ? start - 1 : start},${count}`;
  const body = lines.flatMap(({ text, note }) => (note === null ? [text] : [text, note]));
  return [`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@`, ...body, ''].join('\n');
}
