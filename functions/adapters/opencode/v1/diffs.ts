import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { readBranchCommit, readHeadCommit } from './head-commit.ts';
import { mergeTurns } from './merge-turns.ts';
import { readMessages } from './messages.ts';
import { sessionPath } from './paths.ts';
import { isClean } from './workspaces.ts';

/** A first look is enough for most runs; each further one is four times as wide. The last covers any that is not stopped. */
const LOOKS = [20, 80, 320, 1_280];

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
export const diffCalls = (client: Client): Pick<SessionServer, 'turnDiff' | 'workingTreeDiff'> => ({
  async turnDiff(id, messageId) {
    const turns: FileDiff[][] = [];
    for (const messageID of await turnsFrom(client, id, messageId)) {
      const query = { messageID };
      turns.push(await client.ask({ method: 'GET', path: sessionPath(id, '/diff'), query, size: 'large' }, diffSchema));
    }
    return mergeTurns(turns);
  },

  workingTreeDiff: (directory, baseCommit) => readWorkingTree(client, directory, baseCommit),
});

/**
 * There is no comparison with a commit of our own choice: until the agent commits, HEAD is what the patch applies to, and
 * the default branch is where its tip is that commit. Any other comparison would bring changes of others with it.
 */
async function readWorkingTree(client: Client, directory: string, baseCommit: string | null) {
  const clean = await isClean(client, directory);
  if ((await readHeadCommit(client, directory)) === baseCommit) return clean ? [] : compare(client, directory, 'git');
  const { default_branch: name } = await client.ask({ method: 'GET', path: '/vcs', query: { directory } }, vcsSchema);
  const isComparable = name && (await readBranchCommit(client, directory, name)) === baseCommit;
  return isComparable ? compare(client, directory, 'branch') : null;
}

const vcsSchema = z.object({ default_branch: z.string().nullish() });

const compare = (client: Client, directory: string, mode: 'git' | 'branch'): Promise<FileDiff[]> =>
  client.ask({ method: 'GET', path: '/vcs/diff', query: { directory, mode }, size: 'large' }, diffSchema);

/**
 * Our message and the user messages after it: when a conversation outgrows the model's context the server asks on our
 * behalf, and later changes hang on that message. Empty where ours is not there.
 */
async function turnsFrom(client: Client, id: string, messageId: string): Promise<string[]> {
  for (const limit of LOOKS) {
    const messages = await readMessages(client, id, limit);
    const start = messages.findIndex((message) => message.id === messageId);
    if (start >= 0) return messages.slice(start).flatMap((message) => (message.role === 'user' ? [message.id] : []));
    if (messages.length < limit) return [];
  }
  throw new TaskError(
    'SessionFailed',
    `The session has more than ${LOOKS.at(-1)} messages, so its changes were not read.`,
  );
}
