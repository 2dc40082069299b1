import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseRefCalls } from '../../../functions/adapters/opencode/base-ref.ts';
import { gitEnvironment } from '../../../infra/local/opencode/git-environment.ts';

/** The script as it is run, by this machine's own shell and git. */
let folder: string;
let tree: string;
const commits: string[] = [];
const env = { PATH: process.env.PATH, ...gitEnvironment };
const git = (cwd: string, ...words: string[]) => execFileSync('git', words, { cwd, env, encoding: 'utf8' }).trim();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'base-ref-'));
  const repository = join(folder, 'repository');
  git(folder, 'init', '--quiet', '--initial-branch=main', repository);
  for (const text of ['one', 'two']) {
    writeFileSync(join(repository, 'a.txt'), text);
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', `--message=${text}`);
    commits.push(git(repository, 'rev-parse', 'HEAD'));
  }
  git(repository, 'tag', 'v1', `${commits[0]}`);
  git(repository, 'branch', 'release/1.x', 'v1');
  tree = join(folder, 'tree');
  git(repository, 'worktree', 'add', '--quiet', '-b', 'relay', tree);
});
afterAll(() => rmSync(folder, { recursive: true }));

const { setBase } = baseRefCalls((directory, work) =>
  work(async (command) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: directory, env, encoding: 'utf8' });
    return `${stdout}${stderr}`;
  }),
);
const head = () => git(tree, 'rev-parse', 'HEAD');

test.each(['v1', 'release/1.x'])('a worktree is set to %s, on its own branch, and again alike', async (ref) => {
  git(tree, 'reset', '--quiet', '--hard', `${commits[1]}`);
  writeFileSync(join(tree, 'a.txt'), 'changed');
  expect(await setBase(tree, ref)).toBe('done');
  expect(await setBase(tree, ref)).toBe('done');
  expect(head()).toBe(commits[0]);
  expect(git(tree, 'status', '--porcelain')).toBe('');
  expect(git(tree, 'symbolic-ref', '--short', 'HEAD')).toBe('relay');
  expect(git(tree, 'rev-parse', 'main', 'release/1.x').split('\n')).toEqual([commits[1], commits[0]]);
});

test('a name that the repository does not have changes nothing', async () => {
  const before = head();
  expect(await setBase(tree, 'origin/main')).toBe('unknown');
  expect(await setBase(folder, 'v1')).toBe('unknown');
  expect(head()).toBe(before);
});

test('a server that runs no command has not done it', async () => {
  const { setBase: without } = baseRefCalls(async () => null);
  expect(await without(tree, 'v1')).toBe('failed');
});
