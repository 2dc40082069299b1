import { describe, expect, test } from 'vitest';
import { inGitForm } from '../../../functions/domain/session/git-form.ts';
import type { FileDiff } from '../../../functions/domain/session/session.ts';
import { sampleDiff } from '../../support/fakes/samples.ts';

const turn = (patch: string, changes: Partial<FileDiff> = {}) => sampleDiff('f', { patch, ...changes });
const git = (header: string, hunks: string, changes: Partial<FileDiff> = {}) =>
  sampleDiff('f', { patch: `diff --git a/f b/f\n${header}--- a/f\n+++ b/f\n${hunks}`, ...changes });
const edit = '@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n';

describe('a change of a turn', () => {
  test.each<[what: string, FileDiff, FileDiff]>([
    ['with a mode', turn(edit), git('old mode 100644\nnew mode 100755\n', '@@ -2 +2 @@\n-two\n+TWO\n')],
    ['with a byte order mark', turn('@@ -1 +1 @@\n-a\n+b\n'), git('', '@@ -1 +1 @@\n-\ufeffa\n+\ufeffb\n')],
    [
      'of a link that becomes a file',
      turn('@@ -1 +1 @@\n-target\n\\ No newline at end of file\n+text\n'),
      sampleDiff('f', {
        patch:
          'diff --git a/f b/f\ndeleted file mode 120000\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-target\n\\ No newline at end of file\n' +
          'diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+text\n',
      }),
    ],
    ['whose name the turn cannot tell', turn('Index: "f"\n'), git('', edit)],
  ])('%s is taken as git tells it', (_, told, wanted) => {
    expect(inGitForm([told], [wanted])).toEqual([wanted]);
  });

  test.each<[what: string, FileDiff[]]>([
    ['git does not tell', []],
    ['others changed too', [git('', `${edit}@@ -9 +9 @@\n-x\n+y\n`)]],
  ])('that %s is taken as it is', (_, tree) => {
    expect(inGitForm([turn(edit)], tree)).toEqual([turn(edit)]);
  });

  test.each([
    'new file mode 120000\n',
    'index 1234567..89abcde 120000\n',
    'new file mode 100755\n',
    'old mode 100644\nnew mode 100755\n',
  ])('that others changed too has no content where its mode is not told: %j', (header) => {
    expect(inGitForm([turn(edit)], [git(header, '@@ -1 +1 @@\n-x\n+y\n')])).toEqual([turn('')]);
  });

  test('of a new link to a folder has no content, for git could not read it, and the turn takes it for a file', () => {
    const untold = sampleDiff('f', { patch: 'Index: f\n=====\n--- f\t\n+++ f\t\n', additions: 0, deletions: 0 });
    const target = turn('@@ -0,0 +1 @@\n+folder\n\\ No newline at end of file\n');
    expect(inGitForm([target], [untold])).toEqual([{ ...target, patch: '' }]);
    const empty = turn('Index: f\n', { additions: 0, deletions: 0 });
    expect(inGitForm([empty], [untold])).toEqual([untold]);
  });
});
