import { describe, expect, test } from 'vitest';
import { filePatch, isHalfTold } from '../../../../functions/domain/session/patch.ts';
import type { FileDiff } from '../../../../functions/domain/session/session.ts';
import { sampleDiff } from '../../../support/fakes/samples.ts';
import { toGitPatch } from '../../../support/git-patch.ts';

describe('toGitPatch', () => {
  test('writes what git diff writes', () => {
    expect(toGitPatch([sampleDiff('src/app.ts')]).text).toBe(
      'diff --git a/src/app.ts b/src/app.ts\n--- a/src/app.ts\n+++ b/src/app.ts\n@@ -1,1 +1,1 @@\n-old\n+new\n',
    );
  });

  test('names /dev/null where a file comes or goes', () => {
    const added = { status: 'added', patch: '@@ -0,0 +1,1 @@\n+x\n', additions: 1, deletions: 0 } as const;
    const deleted = { status: 'deleted', patch: '@@ -1,1 +0,0 @@\n-x\n', additions: 0, deletions: 1 } as const;
    expect(toGitPatch([sampleDiff('new', added), sampleDiff('old', deleted)]).text.split('\n')).toEqual([
      'diff --git a/new b/new',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/new',
      '@@ -0,0 +1,1 @@',
      '+x',
      'diff --git a/old b/old',
      'deleted file mode 100644',
      '--- a/old',
      '+++ /dev/null',
      '@@ -1,1 +0,0 @@',
      '-x',
      '',
    ]);
  });

  test('of a path that the server takes for a pattern is its own alone, whatever else fits the pattern', () => {
    const other = 'diff --git "a/91\\n" "b/91\\n"\n--- "a/91\\n"\n+++ "b/91\\n"\n@@ -1 +1 @@\n-x\n+y\n';
    const own = 'diff --git a/91* b/91*\ndeleted file mode 100755\n';
    const empty = { status: 'deleted', additions: 0, deletions: 0 } as const;
    expect(filePatch(sampleDiff('91*', { patch: other + own, ...empty }))).toBe(own);
    const changed = `diff --git "a/9\\"*" "b/9\\"*"\n--- "a/9\\"*"\n+++ "b/9\\"*"\n@@ -1,1 +1,1 @@\n-old\n+new\n`;
    expect(filePatch(sampleDiff('9"*', { patch: changed + other }))).toBe(changed);
    // What was left out for its name does not come in by another's.
    expect(filePatch(sampleDiff('9*', { patch: other }))).toBeNull();
    const octal = 'diff --git "a/\\303\\274*" "b/\\303\\274*"\nold mode 100644\nnew mode 100755\n';
    expect(filePatch(sampleDiff('ü*', { patch: octal, additions: 0, deletions: 0 }))).toBe(
      'diff --git a/ü* b/ü*\nold mode 100644\nnew mode 100755\n',
    );
  });

  describe('of a path with a space that becomes, or was, an empty file, the server tells one half', () => {
    const removed =
      'diff --git a/a b b/a b\ndeleted file mode 120000\n--- a/a b\t\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n\\ No newline at end of file\n';
    const linked =
      'diff --git a/a b b/a b\nnew file mode 120000\n--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1,1 @@\n+x\n\\ No newline at end of file\n';
    const empty = {
      added: 'diff --git a/a b b/a b\nnew file mode 100644\n',
      deleted: 'diff --git a/a b b/a b\ndeleted file mode 100644\n',
    };
    const told = (patch: string, counts: Partial<FileDiff>) => sampleDiff('a b', { patch, ...counts });

    test.each([
      ['a link that becomes one', told(removed, { additions: 0 }), removed + empty.added],
      ['one that becomes a link', told(linked, { deletions: 0 }), empty.deleted + linked],
    ])('%s', (_, diff, text) => {
      expect(filePatch(diff)).toBe(text);
      expect(isHalfTold(diff)).toBe(true);
    });

    test('and nothing is put beside a file that goes, comes, or is told whole', () => {
      const deleted = sampleDiff('a b', { patch: removed, status: 'deleted', additions: 0 });
      const whole = told(removed + linked, {});
      for (const diff of [deleted, whole, sampleDiff('a b')]) expect(isHalfTold(diff)).toBe(false);
      expect(filePatch(deleted)).toBe(removed);
      expect(filePatch(whole)).toBe(removed + linked);
    });
  });

  test('of a path that changes its type is two, of a link and of a file', () => {
    const link =
      'deleted file mode 120000\nindex dab8c79..0000000\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-target\n\\ No newline at end of file\n';
    const file = 'new file mode 100755\nindex 0000000..f73f309\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+text\n';
    const patch = `diff --git a/f b/f\n${link}diff --git a/f b/f\n${file}`;
    expect(toGitPatch([sampleDiff('f', { patch })]).text).toBe(
      'diff --git a/f b/f\ndeleted file mode 120000\n--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-target\n\\ No newline at end of file\n' +
        'diff --git a/f b/f\nnew file mode 100755\n--- /dev/null\n+++ b/f\n@@ -0,0 +1,1 @@\n+text\n',
    );
  });

  test('adds up what is in the patch, and that only', () => {
    const binary = sampleDiff('logo.png', { patch: '', additions: 0, deletions: 0 });
    const patch = toGitPatch([sampleDiff('a', { additions: 3 }), binary, sampleDiff('b', { deletions: 5 })]);
    expect(patch).toMatchObject({ files: ['a', 'b'], additions: 4, deletions: 6, skipped: ['logo.png'] });
    expect(patch.text).not.toContain('logo.png');
  });

  test('of nothing is nothing', () => {
    expect(toGitPatch([])).toEqual({ text: '', files: [], additions: 0, deletions: 0, skipped: [] });
  });

  const header = 'Index: f\n===\n--- f\t\n+++ f\t\n';
  const none = { additions: 0, deletions: 0 };
  test.each<[what: string, changes: Partial<FileDiff>, isInPatch: boolean]>([
    ['binary, changed', { patch: '', ...none }, false],
    ['binary, added', { patch: '', status: 'added', ...none }, false],
    ['binary, deleted', { patch: '', status: 'deleted', ...none }, false],
    ['binary, as git tells it', { patch: 'Binary files a/f and b/f differ\n', status: 'added', ...none }, false],
    ['counted lines without content', { patch: header, status: 'added', additions: 7 }, false],
    ['a change without content', { patch: header, ...none }, false],
    ['an empty file, added', { patch: header, status: 'added', ...none }, true],
    ['an empty file, deleted', { patch: header, status: 'deleted', ...none }, true],
    ['a mode alone', { patch: 'old mode 100644\nnew mode 100755\n', ...none }, true],
  ])('%s', (_, changes, isInPatch) => {
    const { files, skipped } = toGitPatch([sampleDiff('f', changes)]);
    expect({ files, skipped }).toEqual(isInPatch ? { files: ['f'], skipped: [] } : { files: [], skipped: ['f'] });
  });

  test.each([
    ['my file.txt', '--- a/my file.txt\t', '+++ b/my file.txt\t'],
    ['größe.txt', '--- a/größe.txt', '+++ b/größe.txt'],
    ['say "hi".txt', String.raw`--- "a/say \"hi\".txt"`, String.raw`+++ "b/say \"hi\".txt"`],
    ['a\\b\tc\nd\re', String.raw`--- "a/a\\b\tc\nd\re"`, String.raw`+++ "b/a\\b\tc\nd\re"`],
    ['a\u0001\u007f', String.raw`--- "a/a\001\177"`, String.raw`+++ "b/a\001\177"`],
  ])('writes the name %j as git does', (path, before, after) => {
    expect(
      toGitPatch([sampleDiff(path)])
        .text.split('\n')
        .slice(1, 3),
    ).toEqual([before, after]);
  });

  test('takes no mode from the content of a file', () => {
    const patch = `${header}@@ -1,2 +1,2 @@\n new mode 100755\n-old mode 100644\n+new file mode 100755\n`;
    expect(toGitPatch([sampleDiff('f', { patch })]).text).not.toMatch(/^(old|new) (file )?mode/m);
  });
});
