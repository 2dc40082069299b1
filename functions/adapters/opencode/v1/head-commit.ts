import { posix } from 'node:path';
import * as z from 'zod';
import type { Client } from '../client.ts';

/** Where git keeps something, as the server reads it: a path in a directory that it is given. */
export interface GitFolder {
  directory: string;
  /** Relative to the directory; empty where the directory is the folder itself. */
  path: string;
}

const commitSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const branch = /^ref: (refs\/\S+)$/;

/**
 * The commit that is checked out, or null where there is none. No route tells it, so git's own files are read:
 * `HEAD` names a commit or a branch, and a branch is a file of its own or a line in `packed-refs`. A worktree's `.git`
 * is a file that points to its folder in the repository.
 */
export async function readHeadCommit(client: Client, directory: string): Promise<string | null> {
  const folder = await findGitFolder(client, directory);
  if (!folder) return null;
  const head = await read(client, folder, 'HEAD');
  const reference = branch.exec(head)?.[1];
  return asCommit(reference === undefined ? head : await resolve(client, sharedFolder(folder), reference));
}

/** The newest commit of a branch of the checkout's repository, or null where there is none. */
export async function readBranchCommit(client: Client, directory: string, name: string): Promise<string | null> {
  const folder = await findGitFolder(client, directory);
  return folder ? asCommit(await resolve(client, sharedFolder(folder), `refs/heads/${name}`)) : null;
}

export async function findGitFolder(client: Client, directory: string): Promise<GitFolder | undefined> {
  const { worktree: root } = await client.ask(
    { method: 'GET', path: '/path', query: { directory } },
    z.object({ worktree: z.string() }),
  );
  // What the server says of a directory that is in no repository, or in one without a commit.
  if (root === '/') return undefined;
  return (await pointedTo(client, root)) ?? { directory: root, path: '.git' };
}

/** Where a `.git` file points to; undefined where `.git` is the folder itself. */
async function pointedTo(client: Client, root: string): Promise<GitFolder | undefined> {
  const own = { directory: root, path: '.git' };
  // Reading a folder as a file is a 500, so it is asked for by what is in it.
  if ((await read(client, own, 'HEAD')) !== '') return undefined;
  const pointer = /^gitdir: (.+)$/.exec(await read(client, { directory: root, path: '' }, '.git'))?.[1];
  return pointer === undefined ? undefined : readable(posix.resolve(root, pointer));
}

/** Read through the working tree that it lies in, whose instance the server has already. */
function readable(folder: string): GitFolder {
  const at = folder.indexOf('/.git/');
  return at < 0 ? { directory: folder, path: '' } : { directory: folder.slice(0, at), path: folder.slice(at + 1) };
}

/** Branches are shared by all worktrees of a repository; `HEAD` is not. */
export function sharedFolder({ directory, path }: GitFolder): GitFolder {
  const shared = /^(.*)\/worktrees\/[^/]+$/;
  const inside = shared.exec(path)?.[1];
  if (inside !== undefined) return { directory, path: inside };
  const above = path === '' ? shared.exec(directory)?.[1] : undefined;
  return above === undefined ? { directory, path } : { directory: above, path: '' };
}

async function resolve(client: Client, shared: GitFolder, reference: string): Promise<string> {
  const loose = await read(client, shared, reference);
  if (loose !== '') return loose;
  const packed = await read(client, shared, 'packed-refs');
  return (
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${reference}`))
      ?.split(' ')[0] ?? ''
  );
}

/** Content of a text file; empty where there is no such file, as the server has it. */
async function read(client: Client, { directory, path }: GitFolder, name: string): Promise<string> {
  const file = await client.ask(
    { method: 'GET', path: '/file/content', query: { directory, path: posix.join(path, name) }, size: 'large' },
    z.object({ type: z.string(), content: z.string() }),
  );
  return file.type === 'text' ? file.content.trim() : '';
}

const asCommit = (text: string): string | null => commitSchema.safeParse(text).data ?? null;
