import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import { TaskError } from '../../../domain/task/errors.ts';
import type { DiffCalls } from '../../../ports.ts';
import { auditPatch } from '../audit-patch.ts';
import type { Client } from '../client.ts';
import { at, dataOf } from './location.ts';
import { sessionPath } from './paths.ts';
import { runCommand } from './shell.ts';

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
export const diffCalls = (client: Client): DiffCalls => ({
  // Of an unknown message there is no turn: it was never given to the agent.
  async turnDiff(id, messageId) {
    const query = { from: messageId, to: messageId, context };
    const call = { method: 'GET', path: sessionPath(id, '/diff'), query, size: 'diff' } as const;
    return (await client.find(call, diffSchema, 'MessageNotFoundError')) ?? [];
  },

  workingTreeDiff: ({ directory, baseCommit }) => {
    const compared = baseCommit === null ? { mode: 'working' } : { mode: 'branch', base: baseCommit };
    const query = { ...at(directory), ...compared, context };
    return client.ask({ method: 'GET', path: '/api/vcs/diff', query, size: 'diff' }, diffSchema);
  },

  // No route is known that tells; the answers of a session do.
  takesSnapshots: async () => true,

  async changedPaths(directory) {
    const call = { method: 'GET', path: '/api/vcs/status', query: at(directory), size: 'large' } as const;
    return (await client.ask(call, dataOf(z.array(z.object({ file: z.string() }))))).data.map(({ file }) => file);
  },

  auditPatch: ({ directory, baseCommit }, patches, named) => {
    const run = async (command: string) => {
      try {
        return (await runCommand(client, directory, command)).output;
      } catch (error) {
        if (error instanceof TaskError) return null;
        throw error;
      }
    };
    return auditPatch(run, baseCommit, patches, named);
  },
});
