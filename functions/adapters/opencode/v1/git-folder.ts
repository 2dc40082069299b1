import { posix } from 'node:path';
import * as z from 'zod';
import type { GitFolderContent } from '../../../domain/repository/git-state.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Client } from '../client.ts';
import type { ServerRefusal } from '../refusals.ts';
import { findGitFolder, type GitFolder, sharedFolder } from './head-commit.ts';

/** Files of the folder itself that change what git runs or reads. */
const plainFiles = ['config', 'config.worktree', 'commondir'];
const alternates = 'objects/info/alternates';
/** One request each: a stock clone has one file of `info`, and no hook but samples. */
const MAX_FILES = 64;
const MAX_BRANCHES = 8;

const entrySchema = z.object({ name: z.string(), type: z.string() });
type Entry = z.infer<typeof entrySchema>;
const contentSchema = z.object({ type: z.string(), content: z.string() });

/**
 * What all worktrees of a repository share, by the server's own file routes, which start no program of the folder's
 * (tried on 1.15.13, 1.17.19 and 1.18.33). Eleven requests for a stock clone, and one for each hook.
 */
export async function readGitFolder(client: Client, directory: string): Promise<GitFolderContent | null> {
  const own = await findGitFolder(client, directory);
  if (!own) return null;
  const shared = sharedFolder(own);
  const names = new Set((await list(client, shared, ''))?.map(({ name }) => name));
  const files = new Map<string, string | null>();
  const paths = plainFiles.filter((name) => names.has(name));
  for (const folder of ['hooks', 'info'].filter((name) => names.has(name))) {
    const found = await list(client, shared, folder);
    if (!found) files.set(folder, null);
    else paths.push(...found.filter(isOfInterest(folder)).map(({ name }) => `${folder}/${name}`));
  }
  for (const [index, path] of paths.entries()) {
    files.set(path, index < MAX_FILES ? await textOf(client, shared, path) : null);
  }
  const borrowed = await textOf(client, shared, alternates);
  if (borrowed !== '') files.set(alternates, borrowed);
  const branches = await readBranches(client, shared, names.has('packed-refs'));
  return { files, branches, complete: paths.length <= MAX_FILES };
}

/** Git runs no sample, and writes `info/refs` itself, for those who fetch by plain HTTP. */
const isOfInterest =
  (folder: string) =>
  ({ name, type }: Entry): boolean =>
    type === 'file' && !name.endsWith('.sample') && `${folder}/${name}` !== 'info/refs';

/** Of the branches that are files of their own some are read; the others are packed, or not for a report. */
async function readBranches(client: Client, shared: GitFolder, isPacked: boolean): Promise<Map<string, string>> {
  const packed = isPacked ? ((await textOf(client, shared, 'packed-refs')) ?? '') : '';
  const branches = new Map(
    [...packed.matchAll(/^([0-9a-f]{40,64}) refs\/heads\/(\S+)$/gm)].map(([, commit = '', name = '']) => [
      name,
      commit,
    ]),
  );
  const loose = ((await list(client, shared, 'refs/heads')) ?? []).filter(({ type }) => type === 'file');
  for (const { name } of loose.slice(0, MAX_BRANCHES)) {
    branches.set(name, (await textOf(client, shared, `refs/heads/${name}`)) ?? '');
  }
  return branches;
}

/** What the server says of what it cannot read, though it is there; of what is not there it gives an empty text. */
const unreadable = new TaskError('WorkspaceFailed', 'The server cannot read a file of the git folder.');
const onRefusal = ({ status }: ServerRefusal) => (status === 500 ? unreadable : undefined);

async function textOf(client: Client, { directory, path }: GitFolder, name: string): Promise<string | null> {
  const query = { directory, path: posix.join(path, name) };
  const call = { method: 'GET', path: '/file/content', query, size: 'large', onRefusal } as const;
  const file = await client.ask(call, contentSchema).catch((error: unknown) => {
    // Larger than a session's answer may be.
    if (error === unreadable || (error instanceof TaskError && error.name === 'SessionFailed')) return null;
    throw error;
  });
  // Of binary content the server gives base64, which tells it as well.
  return file && `${file.type === 'text' ? '' : `${file.type} `}${file.content}`;
}

/** Null where there is no such folder, or one that the server cannot read: it leads elsewhere. */
async function list(client: Client, { directory, path }: GitFolder, name: string): Promise<Entry[] | null> {
  const query = { directory, path: posix.join(path, name) };
  const call = { method: 'GET', path: '/file', query, size: 'large', onRefusal } as const;
  return client.ask(call, z.array(entrySchema)).catch((error: unknown) => {
    if (error === unreadable) return null;
    throw error;
  });
}
