import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { DiffCalls, WorkingTree } from '../../../ports.ts';
import { auditPatch } from '../audit-patch.ts';
import type { Client } from '../client.ts';
import { mergeTurns } from '../merge-turns.ts';
import { readBranchCommit, readHeadCommit } from './head-commit.ts';
import { newestFirst } from './messages.ts';
import { withHeadAt } from './moved-head.ts';
import { sessionPath } from './paths.ts';
import { withShell } from './shell.ts';
import { readChangedPaths } from './workspaces.ts';

/** Covers any run that is not stopped. */
const MAX_MESSAGES = 1_280;

const diffSchema = z
  .array(
    z.object({
      file: z.string().optional(),
      status: z.enum(['added', 'deleted', 'modified']).default('modified'),
      patch: z.string().default(''),
      additions: z.number(),
      deletions: z.number(),
    }),
  )
  .transform((files) =>
    files.flatMap(({ file, ...diff }): FileDiff[] => (file === undefined ? [] : [{ path: file, ...diff }])),
  );

/** What a session changed. */
export const diffCalls = (client: Client): DiffCalls => ({
  async turnDiff(id, messageId) {
    const turns: FileDiff[][] = [];
    for (const messageID of await turnsFrom(client, id, messageId)) {
      const query = { messageID };
      turns.push(await client.ask({ method: 'GET', path: sessionPath(id, '/diff'), query, size: 'diff' }, diffSchema));
    }
    return mergeTurns(turns);
  },

  workingTreeDiff: (tree) => readWorkingTree(client, tree),

  async takesSnapshots(directory) {
    // The answer quotes the providers' API keys; no more than this is taken from it.
    const schema = z.object({ snapshot: z.boolean().optional() });
    const call = { method: 'GET', path: '/config', query: { directory } } as const;
    return (await client.ask(call, schema)).snapshot !== false;
  },

  changedPaths: (directory) => readChangedPaths(client, directory),

  auditPatch: ({ directory, baseCommit }, patches, named) =>
    withShell(client, directory, (run) => auditPatch(run, baseCommit, patches, named)),
});

/**
 * There is no comparison with a commit of our own choice: until the agent commits, HEAD is what the patch applies to.
 * The HEAD of a session's own worktree can be set back for as long as it is read. Else the default branch will do where
 * its tip is that commit; any other comparison would bring changes of others with it.
 */
async function readWorkingTree(client: Client, { directory, baseCommit, own }: WorkingTree) {
  const isClean = (await readChangedPaths(client, directory)).length === 0;
  const compare = (mode: 'git' | 'branch') => {
    const query = { directory, mode };
    return client.ask({ method: 'GET', path: '/vcs/diff', query, size: 'diff' }, diffSchema);
  };
  if ((await readHeadCommit(client, directory)) === baseCommit) return isClean ? [] : compare('git');
  if (own && baseCommit !== null) {
    const compared = await withHeadAt(client, directory, baseCommit, () => compare('git'));
    if (compared) return compared;
  }
  const { default_branch: name } = await client.ask({ method: 'GET', path: '/vcs', query: { directory } }, vcsSchema);
  const isComparable = name && (await readBranchCommit(client, directory, name)) === baseCommit;
  return isComparable ? compare('branch') : null;
}

const vcsSchema = z.object({ default_branch: z.string().nullish() });

/**
 * Our message and the user messages after it: when a conversation outgrows the model's context the server asks on our
 * behalf, and later changes hang on that message. Empty where ours is not there.
 */
async function turnsFrom(client: Client, id: string, messageId: string): Promise<string[]> {
  const turns: string[] = [];
  let seen = 0;
  for await (const message of newestFirst(client, id, MAX_MESSAGES)) {
    seen += 1;
    if (message.role === 'user') turns.unshift(message.id);
    if (message.id === messageId) return turns;
  }
  if (seen < MAX_MESSAGES) return [];
  throw new TaskError(
    'SessionFailed',
    `The session has more than ${MAX_MESSAGES} messages, so its changes were not read.`,
  );
}
