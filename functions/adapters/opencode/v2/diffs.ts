import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { at, dataOf } from './location.ts';
import { sessionPath } from './paths.ts';

/** Unless told the server gives whole files. */
const context = '3';

const diffSchema = dataOf(
  z.array(
    z.object({
      file: z.string(),
      status: z.enum(['added', 'deleted', 'modified']).default('modified'),
      patch: z.string().default(''),
      additions: z.number(),
      deletions: z.number(),
    }),
  ),
).transform(({ data }) => data.map(({ file, ...diff }): FileDiff => ({ path: file, ...diff })));

/** What a session changed. */
export const diffCalls = (client: Client): Pick<SessionServer, 'turnDiff' | 'workingTreeDiff'> => ({
  // Of an unknown message there is no turn: it was never given to the agent.
  async turnDiff(id, messageId) {
    const query = { from: messageId, to: messageId, context };
    const call = { method: 'GET', path: sessionPath(id, '/diff'), query, size: 'large' } as const;
    return (await client.find(call, diffSchema, 'MessageNotFoundError')) ?? [];
  },

  workingTreeDiff: (directory, baseCommit) => {
    const compared = baseCommit === null ? { mode: 'working' } : { mode: 'branch', base: baseCommit };
    const query = { ...at(directory), ...compared, context };
    return client.ask({ method: 'GET', path: '/api/vcs/diff', query, size: 'large' }, diffSchema);
  },
});
