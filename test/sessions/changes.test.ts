import { describe, expect, test } from 'vitest';
import type { FileDiff } from '../../functions/domain/session/session.ts';
import type { PatchAudit } from '../../functions/ports.ts';
import { type Audit, sortChanges as sort } from '../../functions/sessions/changes.ts';
import { fakeScreen } from '../support/fakes/passwords.ts';
import { fitting, sampleDiff } from '../support/fakes/samples.ts';

/** An audit that answers by the paths that it is given, and notes them. */
function auditing(answer: (paths: string[]) => Partial<PatchAudit> | null) {
  const asked: string[][] = [];
  const audit = async (patches: Iterable<string>) => {
    const paths = Array.from(patches, (patch) => /^diff --git a\/(\S+)/.exec(patch)?.[1] ?? '');
    asked.push(paths);
    const found = answer(paths);
    return found && { ...fitting, ...found };
  };
  return { audit, asked };
}

const sortChanges = (from: FileDiff[], audit: Audit, own = true) => sort(from, { audit, own, screen: fakeScreen() });
const diffs = ['a', 'b', 'c'].map((path) => sampleDiff(path));
const pathsOf = ({ files }: { files: { path: string }[] }) => files.map(({ path }) => path);

describe('changes', () => {
  test('that fit are applied', async () => {
    const { audit, asked } = auditing(() => ({}));
    const changes = await sortChanges(diffs, audit);
    expect(pathsOf(changes)).toEqual(['a', 'b', 'c']);
    expect(changes).toMatchObject({ check: 'applied', skipped: [], additions: 3, deletions: 3 });
    expect(asked).toEqual([['a', 'b', 'c']]);
  });

  test('one that does not fit is left out and named, and the rest is audited again', async () => {
    const { audit, asked } = auditing((paths) =>
      paths.includes('b') ? { unfit: [1], differing: ['b'] } : { differing: ['b'] },
    );
    const changes = await sortChanges(diffs, audit);
    expect(pathsOf(changes)).toEqual(['a', 'c']);
    expect([...(changes.patch ?? [])].join('')).not.toContain('b/b');
    expect(changes).toMatchObject({ check: 'applied', skipped: ['b'], additions: 2 });
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  test('one that would make another file than the agent did is left out and named', async () => {
    const changes = await sortChanges(diffs, auditing(() => ({ differing: ['c'] })).audit);
    expect(pathsOf(changes)).toEqual(['a', 'b']);
    expect(changes.skipped).toEqual(['c']);
  });

  test('that somebody goes on with in a shared directory are kept, unless bytes of them were lost', async () => {
    const lossy = sampleDiff('latin.txt', { patch: '@@ -0,0 +1,1 @@\n+\ufffd\n', status: 'added' });
    const { audit } = auditing(() => ({ differing: ['c', 'latin.txt', 'of others'] }));
    const changes = await sortChanges([...diffs, lossy], audit, false);
    expect({ in: pathsOf(changes), skipped: changes.skipped }).toEqual({ in: ['a', 'b', 'c'], skipped: ['latin.txt'] });
  });

  test('one of which the server told a half is kept where it makes the same file, and never unaudited', async () => {
    const patch = 'diff --git a/d b/d\ndeleted file mode 120000\n--- a/d\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n';
    const half = sampleDiff('d', { patch, additions: 0 });
    const kept = async (audit: Audit, own: boolean) => pathsOf(await sortChanges([half], audit, own));
    expect(await kept(auditing(() => ({})).audit, true)).toEqual(['d']);
    for (const own of [true, false]) {
      expect(await kept(auditing(() => ({ differing: ['d'] })).audit, own)).toEqual([]);
      expect(await kept(auditing(() => null).audit, own)).toEqual([]);
    }
  });

  test('what no diff has is named, a secret as one', async () => {
    const changes = await sortChanges(diffs, auditing(() => ({ differing: ['lost.txt', '.env'] })).audit);
    expect(changes).toMatchObject({ check: 'applied', skipped: ['lost.txt'], withheld: ['.env'] });
  });

  test('that never fit together are all left out', async () => {
    const { audit, asked } = auditing((paths) => ({ unfit: [paths.length - 1] }));
    const changes = await sortChanges([...diffs, sampleDiff('d')], audit);
    expect(changes).toMatchObject({ patch: null, check: null, files: [], skipped: ['a', 'b', 'c', 'd'] });
    expect(asked).toHaveLength(3);
  });

  test('of a server that cannot be asked are parsed, and bytes that were lost are left out', async () => {
    const lossy = sampleDiff('latin.txt', { patch: '@@ -1,1 +1,1 @@\n-a\ufffd\n+b\n' });
    const { audit } = auditing(() => null);
    const changes = await sortChanges([...diffs, lossy, sampleDiff('n\ufffdme')], audit);
    expect(pathsOf(changes)).toEqual(['a', 'b', 'c']);
    expect(changes).toMatchObject({ check: 'parsed', skipped: ['latin.txt', 'n\ufffdme'] });
  });

  test('a replacement character of the file itself is for the server to tell', async () => {
    const own = sampleDiff('a', { patch: '@@ -1,1 +1,1 @@\n-a\n+\ufffd\n' });
    expect(pathsOf(await sortChanges([own], auditing(() => ({})).audit))).toEqual(['a']);
  });

  test('without content are named, and nothing is left to apply', async () => {
    const binary = sampleDiff('logo.png', { patch: '', additions: 0, deletions: 0 });
    expect(await sortChanges([binary], auditing(() => ({})).audit)).toMatchObject({
      patch: null,
      check: null,
      skipped: ['logo.png'],
    });
  });

  test('a patch whose hunk lacks a line is none', async () => {
    const broken = sampleDiff('a', { patch: '@@ -1,2 +1,1 @@\n-a\n+b\n' });
    // The counts of a hunk are written anew, so only a line that is none is left to be wrong.
    const strange = sampleDiff('b', { patch: '@@ -1,1 +1,1 @@\n-a\n?\n+b\n' });
    const changes = await sortChanges([broken, strange], auditing(() => null).audit);
    expect({ in: pathsOf(changes), skipped: changes.skipped }).toEqual({ in: ['a'], skipped: ['b'] });
  });
});
