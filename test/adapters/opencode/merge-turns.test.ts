import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mergeTurns } from '../../../functions/adapters/opencode/merge-turns.ts';
import type { FileDiff } from '../../../functions/domain/session/session.ts';
import { toGitPatch } from '../../support/git-patch.ts';

/** A whole-file diff as the server gives it: common lines at both ends, the rest replaced. Null: no such file. */
function change(before: string | null, after: string | null, path = 'a b.txt'): FileDiff {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const marked = (kind: string, lines: string[]) => lines.map((line) => `${kind}${line}`);
  const [removed, added] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  const body = [
    ...marked(' ', old.slice(0, start)),
    ...marked('-', removed),
    ...marked('+', added),
    ...marked(' ', old.slice(old.length - end)),
  ].join('');
  const range = ({ length }: string[]) => `${length === 0 ? 0 : 1},${length}`;
  const header = `Index: ${path}\n${'='.repeat(67)}\n--- ${path}\t\n+++ ${path}\t\n`;
  return {
    path,
    status: before === null ? 'added' : after === null ? 'deleted' : 'modified',
    patch: removed.length + added.length === 0 ? header : `${header}@@ -${range(old)} +${range(now)} @@\n${body}`,
    additions: added.length,
    deletions: removed.length,
  };
}

/** Lines with their ends; a last line without one carries the note that git gives it. */
const linesOf = (text: string | null): string[] =>
  (text ?? '')
    .match(/[^\n]*\n|[^\n]+$/g)
    ?.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)) ?? [];

/** What `git apply` makes of a file; null where there is none afterwards. */
async function applied(before: string | null, diffs: FileDiff[]): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-merge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  if (before !== null) await writeFile(join(folder, 'a b.txt'), before);
  const { text, skipped } = toGitPatch(diffs);
  expect(skipped).toEqual([]);
  if (text !== '') {
    await writeFile(join(folder, 'patch'), text);
    await promisify(execFile)('git', ['apply', 'patch'], { cwd: folder });
  }
  return (await readdir(folder)).includes('a b.txt') ? readFile(join(folder, 'a b.txt'), 'utf8') : null;
}

const numbers = (...lines: (string | number)[]) => lines.map((line) => `${line}\n`).join('');
const ten = numbers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

describe('turns that change one file', () => {
  const histories: [what: string, status: FileDiff['status'] | null, ...contents: (string | null)[]][] = [
    [
      'different lines',
      'modified',
      ten,
      ten.replace('2\n', 'two\n'),
      ten.replace('2\n', 'two\n').replace('9\n', 'nine\n'),
    ],
    ['the same line', 'modified', ten, ten.replace('5', 'five'), ten.replace('5', 'FIVE')],
    ['lines that the first added', 'modified', ten, `0\nnew\n${ten}`, `0\n${ten}`],
    ['three times', 'modified', ten, `0\n${ten}`, `0\n${ten}11\n`, `${ten}11\n`],
    ['the end of the last line', 'modified', 'a\nb', 'a\nb\n', 'a\nb\nc'],
    ['a file without a last line end', 'modified', 'a\nb\nc', 'A\nb\nc', 'A\nB\nc'],
    ['to nothing and back to something', 'modified', ten, '', 'other\n'],
    ['carriage returns', 'modified', 'a\r\nb\r\n', 'a\r\nB\r\n', 'A\r\nB\r\n'],
    ['lines that look like a patch', 'modified', '-- a\n++ b\n', '-- a\n++ c\n', '-- d\n++ c\n@@ -1 +1 @@\n'],
    ['a file that the first made', 'added', null, 'a\n', 'a\nb\n'],
    ['an empty file that the first made', 'added', null, '', 'a\n'],
    ['a file that the second empties', 'added', null, 'a\n', ''],
    ['and then delete it', 'deleted', ten, ten.replace('5', 'five'), null],
    ['delete it and make another', 'modified', 'a\nb\n', null, 'a\nc\n'],
    ['and back again', null, ten, ten.replace('5', 'five'), ten],
    ['make it and delete it', null, null, 'a\n', null],
    ['delete it and make it again', null, 'a\nb\n', null, 'a\nb\n'],
  ];
  test.each(histories)('%s', async (_, status, ...contents) => {
    const turns = contents.slice(1).map((after, turn) => [change(contents[turn] ?? null, after)]);
    const merged = mergeTurns(turns);
    expect(merged.map((diff) => diff.status)).toEqual(status === null ? [] : [status]);
    expect(await applied(contents[0] ?? null, merged)).toBe(contents.at(-1));
  });

  test('count what is left of them', () => {
    const merged = mergeTurns([[change('a\nb\n', 'a\nB\nx\n')], [change('a\nB\nx\n', 'a\nB\n')]]);
    expect(merged).toMatchObject([{ additions: 1, deletions: 1 }]);
  });
});

describe('turns that do not fit together', () => {
  const withoutContent = { path: 'a b.txt', patch: '', additions: 0, deletions: 0 };
  const twoHunks = `${change('a\n', 'b\n').patch}@@ -9,1 +9,1 @@\n-x\n+y\n`;
  const cases: [what: string, first: FileDiff, second: FileDiff, status: FileDiff['status']][] = [
    ['another line in between', change('a\n', 'b\n'), change('c\n', 'd\n'), 'modified'],
    ['another length in between', change('a\n', 'b\n'), change('b\nc\n', 'b\nd\n'), 'modified'],
    ['made again without being deleted', change('a\n', 'b\n'), change(null, 'd\n'), 'modified'],
    ['changed after being deleted', change('a\n', null), change('a\n', 'b\n'), 'modified'],
    ['lines that are not shown', { ...change('a\n', 'b\n'), patch: twoHunks }, change('b\n', 'c\n'), 'modified'],
    ['a binary file', { ...change(null, ''), patch: '' }, change('b\n', 'c\n'), 'added'],
  ];
  test.each(cases)('%s: the file is kept without content', (_, first, second, status) => {
    const other = change(null, 'x\n', 'other.txt');
    expect(mergeTurns([[first, other], [second]])).toEqual([{ ...withoutContent, status }, other]);
  });
});

test('different files stay as they are, in their order', () => {
  const [a, b] = [change(null, 'a\n', 'a'), change('b\n', null, 'b')];
  expect(mergeTurns([[b], [], [a]])).toEqual([b, a]);
});
