import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { mergeTurns } from './merge-turns.ts';
import { messageSchema } from './messages.ts';
import { sessionPath } from './sessions.ts';

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

  async workingTreeDiff(directory, base) {
    if (base === 'default_branch') await requireDefaultBranch(client, directory);
    const query = { directory, mode: base === 'head' ? 'git' : 'branch' };
    return client.ask({ method: 'GET', path: '/vcs/diff', query, size: 'large' }, diffSchema);
  },
});

/**
 * Our message and the user messages after it: when a conversation outgrows the model's context the server asks on our
 * behalf, and later changes hang on that message. Empty where ours is not there.
 */
async function turnsFrom(client: Client, id: string, messageId: string): Promise<string[]> {
  for (const limit of LOOKS) {
    const query = { limit: String(limit) };
    const call = { method: 'GET', path: sessionPath(id, '/message'), query, size: 'large' } as const;
    const messages = await client.ask(call, z.array(messageSchema));
    const start = messages.findIndex((message) => message.id === messageId);
    if (start >= 0) return messages.slice(start).flatMap((message) => (message.role === 'user' ? [message.id] : []));
    if (messages.length < limit) return [];
  }
  throw new TaskError(
    'SessionFailed',
    `The session has more than ${LOOKS.at(-1)} messages, so its changes were not read.`,
  );
}

/** Without a branch to compare with the server has no diff, and says so by an empty list. */
async function requireDefaultBranch(client: Client, directory: string): Promise<void> {
  const schema = z.object({ default_branch: z.string().nullish() });
  const { default_branch } = await client.ask({ method: 'GET', path: '/vcs', query: { directory } }, schema);
  if (default_branch) return;
  throw new TaskError(
    'WorkspaceFailed',
    `The server knows no default branch of ${directory}, so commits made there cannot be told from those before.`,
  );
}
