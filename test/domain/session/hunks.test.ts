import { describe, expect, test } from 'vitest';
import { reviewableHunks } from '../../../functions/domain/session/hunks.ts';

/** A whole-file patch: each entry is a line with its sign. */
const whole = (...lines: string[]): string => {
  const count = (sign: string) => lines.filter((line) => !line.startsWith(sign) && !line.startsWith('\\')).length;
  const range = (lines: number) => (lines === 0 ? '0,0' : `1,${lines}`);
  return [`@@ -${range(count('+'))} +${range(count('-'))} @@`, ...lines, ''].join('\n');
};
const same = (count: number, name = 's') => Array.from({ length: count }, (_, index) => ` ${name}${index}`);
const headersOf = (patch: string) =>
  reviewableHunks(patch)
    .split('\n')
    .filter((line) => line.startsWith('@@'));

describe('reviewableHunks', () => {
  test('keeps three lines around a change', () => {
    expect(reviewableHunks(whole(...same(10), '-x', '+y', ...same(10, 't')))).toBe(
      ['@@ -8,7 +8,7 @@', ' s7', ' s8', ' s9', '-x', '+y', ' t0', ' t1', ' t2', ''].join('\n'),
    );
  });

  test.each<[what: string, patch: string, headers: string[]]>([
    ['at both ends', whole('-x', ...same(20), '+y'), ['@@ -1,4 +1,3 @@', '@@ -19,3 +18,4 @@']],
    ['six lines apart: one hunk', whole('-x', ...same(6), '+y'), ['@@ -1,7 +1,7 @@']],
    ['seven lines apart: two', whole('-x', ...same(7), '+y'), ['@@ -1,4 +1,3 @@', '@@ -6,3 +5,4 @@']],
    ['numbered by what came before', whole('+a', '+b', ...same(9), '-x'), ['@@ -1,3 +1,5 @@', '@@ -7,4 +9,3 @@']],
    ['of a new file', whole('+a', '+b'), ['@@ -0,0 +1,2 @@']],
    ['of a file that is gone', whole('-a', '-b'), ['@@ -1,2 +0,0 @@']],
    ['of a file without a change', whole(...same(5)), []],
    ['of no hunk', 'Index: f\n===\n--- f\t\n+++ f\t\n', []],
    ['of nothing', '', []],
  ])('%s', (_, patch, headers) => {
    expect(headersOf(patch)).toEqual(headers);
  });

  test('takes several hunks, also without counts and with the name of a function', () => {
    const patch =
      '--- a/f\n+++ b/f\n@@ -3 +3 @@ function f() {\n-x\n+y\n@@ -9,0 +10 @@\n+z\n@@ -20,2 +21,0 @@\n-p\n-q\n';
    expect(reviewableHunks(patch)).toBe('@@ -3,1 +3,1 @@\n-x\n+y\n@@ -9,0 +10,1 @@\n+z\n@@ -20,2 +21,0 @@\n-p\n-q\n');
  });

  test('a missing newline stays with its line and counts as none', () => {
    const note = '\\ No newline at end of file';
    const patch = whole(...same(9), '-x', note, '+x');
    expect(reviewableHunks(patch)).toBe(['@@ -7,4 +7,4 @@', ' s6', ' s7', ' s8', '-x', note, '+x', ''].join('\n'));
    expect(reviewableHunks(whole('+x', ...same(9), ' end', note))).not.toContain(note);
  });
});
