import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { reviewableHunks } from '../../../../functions/domain/session/hunks.ts';
import { toGitPatch } from '../../../support/git-patch.ts';
import { runs } from '../../../support/property-runs.ts';
import { hunksOf, newFolder, serverDiff } from './repository.ts';

const folder = newFolder();
afterAll(() => folder.remove());

/** Few different lines, so that equal ones meet, and those that a parser of diffs could take for something else. */
const line = fc.constantFrom(
  'a',
  'b',
  '}',
  '',
  ' ',
  '-- x',
  '++ y',
  '@@ -1,2 +1,2 @@',
  '\\ No newline',
  'c\r',
  'é\u2028',
);
const ending = fc.constantFrom('\n', '');
const textOf = (lines: string[], end: string) => (lines.length === 0 ? '' : lines.join('\n') + end);

const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), insert: fc.array(line, { maxLength: 3 }) });
/** A text and what a few edits, near to each other or far apart, make of it. */
const edited = fc
  .record({
    lines: fc.array(line, { maxLength: 60, size: 'max' }),
    edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
    endings: fc.tuple(ending, ending),
  })
  .map(({ lines, edits, endings }) => {
    const changed = [...lines];
    for (const { at, remove, insert } of edits) changed.splice(at % (changed.length + 1), remove, ...insert);
    return { before: textOf(lines, endings[0]), after: textOf(changed, endings[1]) };
  })
  .filter(({ before, after }) => before !== after);

test('whatever is edited, git apply makes the edited file of it', () => {
  fc.assert(
    fc.property(edited, ({ before, after }) => {
      const diff = serverDiff('a file.txt', before, after);
      folder.write({ 'a file.txt': before });
      expect(folder.apply(toGitPatch(diff ? [diff] : []).text)).toBe('');
      expect(folder.read()['a file.txt']).toBe(after);
    }),
    { numRuns: runs(0.3) },
  );
});

test('the hunks are those that git itself would show', () => {
  const counted = (hunks: string) =>
    hunks.replace(
      /^@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@.*$/gm,
      (_, oldStart, oldCount = ',1', newStart, newCount = ',1') => {
        return `@@ -${oldStart}${oldCount} +${newStart}${newCount} @@`;
      },
    );
  fc.assert(
    fc.property(edited, ({ before, after }) => {
      expect(reviewableHunks(hunksOf(before, after))).toBe(counted(hunksOf(before, after, 3)));
    }),
    { numRuns: runs(0.3) },
  );
});
