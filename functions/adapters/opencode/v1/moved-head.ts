import { randomBytes } from 'node:crypto';
import type { Client } from '../client.ts';
import { commandOf } from '../shell-command.ts';
import { withShell } from './shell.ts';

/** A branch or a commit, as it stands in a file HEAD. */
const headSchema = /^(?:refs\/[\w./@+-]+|[0-9a-f]{40}|[0-9a-f]{64})$/;

const moveScript =
  '{ git symbolic-ref -q HEAD || git rev-parse HEAD; } && git update-ref --no-deref HEAD "$2" && echo "$1 done"';
const backScript = 'case $1 in refs/*) git symbolic-ref HEAD "$1";; *) git update-ref --no-deref HEAD "$1";; esac';

/**
 * Does work while HEAD of a session's own worktree is at a commit, and sets it back: no branch is moved, and no file is
 * touched. Null where the server's shell could not do it. An interrupted attempt leaves HEAD at the commit, where the
 * next one wants it; the agent's commits are on its branch, and in the worktree's reflog.
 */
export function withHeadAt<T>(
  client: Client,
  directory: string,
  commit: string,
  work: () => Promise<T>,
): Promise<T | null> {
  return withShell(client, directory, async (run) => {
    const nonce = randomBytes(8).toString('hex');
    const told = await run(commandOf(moveScript, [nonce, commit]));
    const lines = (told ?? '').split('\n');
    const head = lines[lines.indexOf(`${nonce} done`) - 1] ?? '';
    if (!headSchema.test(head)) return null;
    try {
      return await work();
    } finally {
      await run(commandOf(backScript, [head]));
    }
  });
}
