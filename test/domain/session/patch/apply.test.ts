import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toGitPatch } from '../../../support/git-patch.ts';
import { type Files, type Folder, newFolder, serverDiffs } from './repository.ts';

let folder: Folder;
beforeAll(() => {
  folder = newFolder();
});
afterEach(() => folder.empty());
afterAll(() => folder.remove());

const numbered = (count: number, changed: Record<number, string | null> = {}): string =>
  Array.from({ length: count }, (_, index) => (index in changed ? changed[index] : `line ${index}`))
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join('');

describe('git apply makes of the old files the new ones', () => {
  const cases: [what: string, before: Files, after: Files][] = [
    ['modified', { 'a.txt': 'l1\nl2\nl3\n' }, { 'a.txt': 'l1\nL2\nl3\n' }],
    ['added', {}, { 'src/new.txt': 'one\ntwo\n' }],
    ['deleted', { 'src/old.txt': 'one\ntwo\n', keep: 'k\n' }, { keep: 'k\n' }],
    ['several', { a: '1\n', b: '2\n', c: '3\n' }, { a: '1!\n', c: '3!\n', d: '4\n' }],
    ['renamed: deleted and added', { 'old/a.ts': 'x\ny\n' }, { 'new/a.ts': 'x\ny\n' }],
    ['no newline at the end, before', { a: 'x\ny' }, { a: 'x\ny\n' }],
    ['no newline at the end, after', { a: 'x\ny\n' }, { a: 'x\ny' }],
    ['no newline at the end, before and after', { a: 'x\ny' }, { a: 'x\nz' }],
    ['no newline at the end, in the context', { a: 'x\ny\nz' }, { a: 'X\ny\nz' }],
    [
      'no newline at the end, far from the change',
      { a: `${numbered(30)}end` },
      { a: `${numbered(30, { 0: 'X' })}end` },
    ],
    ['added without a newline', {}, { a: 'x' }],
    ['deleted without a newline', { a: 'x' }, {}],
    ['emptied', { a: 'x\ny\n' }, { a: '' }],
    ['filled', { a: '' }, { a: 'x\n' }],
    ['empty added', {}, { 'src/__init__.py': '' }],
    ['empty deleted', { 'src/__init__.py': '' }, {}],
    ['CRLF', { a: 'x\r\ny\r\nz\r\n' }, { a: 'x\r\nY\r\nz\r\n' }],
    ['CRLF to LF', { a: 'x\r\ny\r\n' }, { a: 'x\ny\n' }],
    ['a lone carriage return', { a: 'x\ry\nz\n' }, { a: 'x\ry\nZ\n' }],
    ['blank lines', { a: '\n\n\nx\n\n\n' }, { a: '\n\n\ny\n\n\n' }],
    ['trailing blanks', { a: 'x  \n\t\n' }, { a: 'x\n \n' }],
    ['form feeds and separators of Unicode', { a: 'x\fy\u2028z\u0085\n1\n' }, { a: 'x\fy\u2028z\u0085\n2\n' }],
    ['lines that look like a header', { a: '-- a/x\n++ b/x\n' }, { a: '++ b/x\n-- a/x\n@@ -1 +1 @@\n' }],
    ['lines that look like another file', { a: 'x\n' }, { a: 'diff --git a/b b/b\nIndex: b\n' }],
    ['far apart', { a: numbered(400) }, { a: numbered(400, { 2: 'X', 3: null, 200: 'Y\nZ', 399: 'W' }) }],
    ['first and last line', { a: numbered(20) }, { a: numbered(20, { 0: null, 19: null }) }],
    ['one big block', { a: numbered(50) }, { a: numbered(500) }],
    ['a name with a space', { 'my file.txt': 'x\n' }, { 'my file.txt': 'y\n', 'my new file.txt': 'z\n' }],
    ['a name with quotes', { 'say "hi".txt': 'x\n' }, { 'say "hi".txt': 'y\n', "it's": 'z\n' }],
    ['a name with a backslash', { 'a\\b.txt': 'x\n' }, { 'a\\b.txt': 'y\n', 'a\\n.txt': 'z\n' }],
    ['a name with a tab and a newline', { 'a\tb': 'x\n' }, { 'a\tb': 'y\n', 'c\nd': 'z\n', 'e\u0001f g': 'z\n' }],
    ['a name that is not ASCII', { 'größe/日本語.txt': 'x\n' }, { 'größe/日本語.txt': 'y\n', '🙂 ü.txt': 'z\n' }],
    ['a name with a "b/" in it', { 'x b/y': 'x\n' }, { 'x b/y': 'y\n', 'p b/q b/r': '' }],
    ['content that is not ASCII', { a: 'größe\n日本語\n' }, { a: 'Größe\n日本語 🙂\n' }],
  ];

  test.each(cases)('%s', (_, before, after) => {
    const diffs = serverDiffs(before, after);
    const patch = toGitPatch(diffs);
    expect(patch.skipped).toEqual([]);
    expect(patch.files).toEqual(diffs.map(({ path }) => path));

    folder.write(before);
    expect(folder.apply(patch.text)).toBe('');
    expect(folder.read()).toEqual(after);
  });
});

describe('modes', () => {
  test('a changed or deleted file may be executable, though the server does not tell', () => {
    const before: Files = { run: { text: 'x\n', mode: 0o755 }, gone: { text: 'y\n', mode: 0o755 } };
    folder.write(before);
    expect(folder.apply(toGitPatch(serverDiffs(before, { run: 'X\n' })).text)).toBe('');
    expect(folder.read()).toEqual({ run: 'X\n' });
    expect(folder.isExecutable('run')).toBe(true);
  });

  test('a change of mode is made where the server’s git tells of it', () => {
    const patch = 'diff --git a/run b/run\nold mode 100644\nnew mode 100755\n';
    folder.write({ run: 'x\n' });
    const diff = { path: 'run', status: 'modified', patch, additions: 0, deletions: 0 } as const;
    expect(folder.apply(toGitPatch([diff]).text)).toBe('');
    expect(folder.isExecutable('run')).toBe(true);
  });

  test('a new executable file', () => {
    const header = 'diff --git a/run b/run\nnew file mode 100755\nindex 0000000..587be6b\n';
    const patch = `${header}--- /dev/null\n+++ b/run\n@@ -0,0 +1 @@\n+x\n`;
    const diff = { path: 'run', status: 'added', patch, additions: 1, deletions: 0 } as const;
    expect(folder.apply(toGitPatch([diff]).text)).toBe('');
    expect(folder.read()).toEqual({ run: 'x\n' });
    expect(folder.isExecutable('run')).toBe(true);
  });
});

test('the turns of one session go on from each other, also in one file', () => {
  const [first, second, third]: [Files, Files, Files] = [
    { a: numbered(30), gone: 'x\n' },
    { a: numbered(30, { 3: 'first' }), new: '1\n' },
    { a: numbered(30, { 3: 'second', 25: 'second' }), new: '1\n2\n', gone: 'back\n' },
  ];
  folder.write(first);
  expect(folder.apply(toGitPatch([...serverDiffs(first, second), ...serverDiffs(second, third)]).text)).toBe('');
  expect(folder.read()).toEqual(third);
});
