import { describe, expect, test } from 'vitest';
import {
  changedFiles,
  type GitFolderContent,
  gitStateOf,
  movedBranches,
  unreadPaths,
} from '../../../functions/domain/repository/git-state.ts';

const config = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:hunter2@example.com/x\n\tfetch = +a:b';
const folder = (files: Record<string, string | null> = {}, branches = {}): GitFolderContent => ({
  files: new Map(Object.entries({ config, 'info/exclude': '# none', ...files })),
  branches: new Map(Object.entries(branches)),
  complete: true,
});
const changed = (files: Record<string, string | null>, before: Record<string, string | null> = {}): string[] =>
  changedFiles(gitStateOf(folder(before)), gitStateOf(folder(files)));

const branch = (name: string, ...lines: string[]): string =>
  [`[branch "${name}"]`, ...lines.map((line) => `\t${line}`), ''].join('\n');

describe('what has changed in a git folder', () => {
  test.each<[what: string, files: Record<string, string | null>, names: string[]]>([
    ['nothing', {}, []],
    [
      'a monitor of files',
      { config: config.replace('bare = false', 'bare = false\n\tfsmonitor = /tmp/x') },
      ['config core.fsmonitor'],
    ],
    ['a key in the line of its section', { config: `${config}\n[core] fsmonitor = /tmp/x` }, ['config core.fsmonitor']],
    [
      'a key that is spread over lines',
      { config: `${config}\n[core]\n\tfsmonitor = /tmp/\\\n\tx` },
      ['config core.fsmonitor'],
    ],
    ['a filter', { config: `${config}\n[filter "a b"]\n\tsmudge = sh` }, ['config filter.smudge']],
    ['a key of the value alone', { config: config.replace('bare = false', 'bare = true') }, ['config core.bare']],
    ['a file that is included', { config: `${config}\n[include]\n\tpath = ../x` }, ['config include.path']],
    ['what no key names', { config: `${config}\n; a note` }, ['config']],
    ['a hook', { 'hooks/pre-commit': 'sh' }, ['hooks/pre-commit']],
    ['attributes', { 'info/attributes': '* filter=x' }, ['info/attributes']],
    ['borrowed objects', { 'objects/info/alternates': '/tmp/o' }, ['objects/info/alternates']],
    [
      'a configuration that cannot be read any more',
      { config: null },
      ['config core.bare', 'config remote.fetch', 'config remote.url'],
    ],
    [
      'a branch that follows another',
      { config: `${config}\n${branch('fix', 'remote = origin', 'merge = refs/heads/main')}` },
      [],
    ],
    [
      'one that follows a local branch',
      { config: `${config}\n${branch('fix', 'remote = .', 'merge = refs/heads/main')}` },
      [],
    ],
    [
      'one between the other sections',
      { config: config.replace('[remote', `${branch('f"x'.replace('"', ''), 'remote = origin')}[remote`) },
      [],
    ],
  ])('%s', (_, files, names) => {
    expect(changed(files)).toEqual(names);
  });

  test.each<[what: string, text: string]>([
    ['an address in the place of a remote', branch('fix', 'remote = ext::sh -c x')],
    ['another key beside those that are harmless', branch('fix', 'remote = origin', 'fsmonitor = x')],
    ['a line that belongs to the value before it', `[core]\n\teditor = a\\\n${branch('fix', 'remote = origin')}`],
    ['a section that takes the lines of another one', `${branch('fix', 'remote = origin')}\tbare = true`],
  ])('a section of a branch is not left out with %s', (_, text) => {
    expect(changed({ config: `${config}\n${text}` })).not.toEqual([]);
  });

  test('a section of a branch does not swallow the lines that follow it', () => {
    const swallowed = config.replace('[core]\n', '[core]\n[branch "x"]\n');
    expect(changed({ config: swallowed })).toEqual(['config branch.bare', 'config core.bare']);
  });

  test('a hook that goes away is a change too', () => {
    expect(changed({}, { 'hooks/post-checkout': 'sh' })).toEqual(['hooks/post-checkout']);
  });

  test('nothing of what was read is kept, the names of subsections included', () => {
    const state = gitStateOf(folder({ config: `${config}\n[url "https://me:hunter2@x/"]\n\tinsteadOf = y` }));
    expect(JSON.stringify(state)).not.toContain('hunter2');
    expect(Object.keys(state.files)).toContain('config url.insteadof');
  });

  test('a configuration of very many keys is told as one', () => {
    const many = Array.from({ length: 150 }, (_, index) => `\tkey${index} = x`).join('\n');
    expect(changed({ config: `[a]\n${many}` }, { config: `[a]\n${many}y` })).toEqual(['config']);
  });

  test('names what could not be read', () => {
    expect(unreadPaths(gitStateOf(folder({ 'hooks/pre-commit': null })))).toEqual(['hooks/pre-commit']);
  });
});

test('branches that moved are told, but for those of sessions', () => {
  const before = gitStateOf(folder({}, { main: 'a', old: 'b', same: 'c', 'opencode/relay-1': 'd' }));
  const after = gitStateOf(folder({}, { main: 'e', new: 'f', same: 'c', 'opencode/relay-2': 'g' }));
  expect(movedBranches(before, after)).toEqual(['main', 'new', 'old']);
  expect(changedFiles(before, after)).toEqual([]);
});
