import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from '../git-environment.ts';

interface FileDiff {
  file: string;
  patch: string;
  additions: number;
  deletions: number;
  status: 'added' | 'deleted' | 'modified';
}

/** Beyond this all patches are headers alone; the counts stay. */
const MAX_PATCH_BYTES = 10 * 1024 * 1024;
/** Lines around a change that no file has: the whole of it. */
const WHOLE_FILE = 1_000_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

async function git(directory: string, command: string[], extra: Record<string, string> = {}): Promise<string> {
  const env = { PATH: process.env.PATH, ...gitEnvironment, ...extra };
  const options = { cwd: directory, env, maxBuffer: MAX_OUTPUT_BYTES };
  return (await promisify(execFile)('git', ['-c', 'core.quotePath=false', ...command], options)).stdout;
}

const orUndefined = (work: Promise<string>): Promise<string | undefined> =>
  work.then(
    (text) => text.trim(),
    () => undefined,
  );

interface Project {
  id: string;
  /** Root of the checkout. */
  directory: string;
}

/** A repository is known by its first commit, which all its clones and worktrees share. */
export async function projectOf(directory: string): Promise<Project> {
  const root = await orUndefined(git(directory, ['rev-parse', '--show-toplevel']));
  const first = root && (await orUndefined(git(directory, ['rev-list', '--max-parents=0', '--reverse', 'HEAD'])));
  if (!root || !first) return { id: 'global', directory };
  return { id: first.split('\n')[0] ?? first, directory: root };
}

const head = (directory: string): Promise<string | undefined> =>
  orUndefined(git(directory, ['rev-parse', '--verify', 'HEAD']));

/** The working tree as a tree object, ignored files left out; undefined where there is no repository. */
export async function snapshot(directory: string): Promise<string | undefined> {
  const root = await orUndefined(git(directory, ['rev-parse', '--show-toplevel']));
  if (!root) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'opencode-double-'));
  const index = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    if (await head(root)) await git(root, ['read-tree', 'HEAD'], index);
    await git(root, ['add', '--all'], index);
    return (await git(root, ['write-tree'], index)).trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Both sides are trees or commits. `context`: undefined for whole files. */
export async function diff(
  directory: string,
  [from, to]: [string, string],
  { context = WHOLE_FILE, binaryText }: { context?: number; binaryText: boolean },
): Promise<FileDiff[]> {
  const compared = ['diff', '--no-renames', '--no-ext-diff'];
  const listed = (await git(directory, [...compared, '--name-status', '-z', from, to])).split('\0');
  const files: FileDiff[] = [];
  for (let index = 0; index + 1 < listed.length; index += 2) {
    const [letter = '', file = ''] = listed.slice(index, index + 2);
    const patch = await git(directory, [...compared, `--unified=${context}`, from, to, '--', `:(top,literal)${file}`]);
    const [counts = ''] = (
      await git(directory, [...compared, '--numstat', '-z', from, to, '--', `:(top,literal)${file}`])
    ).split('\0');
    const [added = '-', removed = '-'] = counts.split('\t');
    const isBinary = added === '-';
    const status = letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified';
    const numbers = isBinary
      ? { additions: 0, deletions: 0 }
      : { additions: Number(added), deletions: Number(removed) };
    files.push({ file, patch: isBinary && !binaryText ? '' : patch, ...numbers, status });
  }
  const total = files.reduce((bytes, { patch }) => bytes + Buffer.byteLength(patch), 0);
  return total <= MAX_PATCH_BYTES ? files : files.map((each) => ({ ...each, patch: headerOf(each.patch) }));
}

const headerOf = (patch: string): string => patch.split(/^@@ /m, 1)[0] ?? '';

interface Comparison {
  mode: 'working' | 'branch' | 'committed';
  base: string | undefined;
  context: number | undefined;
}

/** `no_base`: there is nothing to compare with. */
export async function compare(directory: string, { mode, base, context }: Comparison): Promise<FileDiff[] | 'no_base'> {
  const tree = mode === 'committed' ? await head(directory) : await snapshot(directory);
  const from = mode === 'working' ? await head(directory) : await mergeBase(directory, base ?? 'main');
  if (tree === undefined) return [];
  if (from === undefined) return 'no_base';
  return diff(directory, [from, tree], { ...(context !== undefined && { context }), binaryText: true });
}

const mergeBase = (directory: string, base: string): Promise<string | undefined> =>
  orUndefined(git(directory, ['merge-base', base, 'HEAD']));

/** Paths that differ from HEAD. */
export async function changedFiles(directory: string): Promise<string[]> {
  const listed = await orUndefined(git(directory, ['status', '--porcelain', '-z']));
  return (listed ?? '').split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]));
}

/** A detached checkout of the source's HEAD, with its files there. */
export async function addWorktree(source: string, directory: string): Promise<string> {
  await git(source, ['worktree', 'add', '--quiet', '--detach', directory, 'HEAD']);
  return realpath(directory);
}

export const removeWorktree = (source: string, directory: string): Promise<string> =>
  git(source, ['worktree', 'remove', '--force', directory]);
