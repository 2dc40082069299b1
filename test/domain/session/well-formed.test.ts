import { describe, expect, test } from 'vitest';
import { filePatch } from '../../../functions/domain/session/patch.ts';
import { hasLostBytes, isWellFormed } from '../../../functions/domain/session/well-formed.ts';
import { sampleDiff } from '../../support/fakes/samples.ts';

const named = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n';

describe('a patch is well formed', () => {
  test.each([
    ['one hunk', `${named}@@ -1,2 +1,2 @@\n a\n-b\n+c\n`],
    ['counts of one left out', `${named}@@ -1 +1 @@\n-b\n+c\n`],
    ['two hunks', `${named}@@ -1 +1 @@\n-b\n+c\n@@ -9,0 +10 @@\n+d\n`],
    [
      'no newline at the end',
      `${named}@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n`,
    ],
    ['a mode alone', 'diff --git a/f b/f\nold mode 100644\nnew mode 100755\n'],
    ['an empty file', 'diff --git a/f b/f\nnew file mode 100644\n'],
    [
      'a change of type',
      'diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\ndiff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n',
    ],
    ['what is written of a diff', filePatch(sampleDiff('a b'))],
  ])('%s', (_, patch) => expect(isWellFormed(patch ?? '')).toBe(true));

  test.each([
    ['empty', ''],
    ['without a title', '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n+c\n'],
    ['without names', 'diff --git a/f b/f\n@@ -1 +1 @@\n-b\n+c\n'],
    ['without anything', 'diff --git a/f b/f\n'],
    ['names alone', named],
    ['too few lines', `${named}@@ -1,2 +1,2 @@\n-b\n+c\n`],
    ['too many lines', `${named}@@ -1 +1 @@\n-b\n+c\n+d\n`],
    ['a line that is none', `${named}@@ -1 +1 @@\n-b\n?\n+c\n`],
    ['hunks out of order', `${named}@@ -9 +9 @@\n-b\n+c\n@@ -1 +1 @@\n-b\n+c\n`],
    ['hunks that overlap', `${named}@@ -1,2 +1,2 @@\n-b\n+c\n d\n@@ -2 +2 @@\n-d\n+e\n`],
    ['binary', 'diff --git a/f b/f\nBinary files a/f and b/f differ\n'],
    ['a mode that git has not', 'diff --git a/f b/f\nnew file mode 100600\n'],
    ['cut off', `${named}@@ -1 +1 @@\n-b\n+c`],
  ])('not %s', (_, patch) => expect(isWellFormed(patch)).toBe(false));
});

test('bytes that were lost on the way are seen', () => {
  expect([hasLostBytes('a\ufffdb'), hasLostBytes('größe')]).toEqual([true, false]);
});
