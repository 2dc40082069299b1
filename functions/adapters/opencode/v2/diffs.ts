import * as z from 'zod';
import type { FileDiff } from '../../../domain/session/session.ts';
import type { DiffCalls } from '../../../ports.ts';
import { auditPatch } from '../audit-patch.ts';
import type { Client } from '../client.ts';
import { mergeTurns } from '../merge-turns.ts';
import { at, dataOf } from './location.ts';
import { readEntries } from './messages.ts';
import { sessionPath } from './paths.ts';
import { commandsIn } from './shell.ts';

/** Unless told the server gives whole files. */
const context = '3';
/** Covers any run that is not stopped. */
const MAX_MESSAGES = 1_280;

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

/** Of an unknown message there is no turn: it was never given to the agent. */
async function readTurn(client: Client, id: string, messageId: string, how: { context?: string }): Promise<FileDiff[]> {
  const query = { from: messageId, to: messageId, ...how };
  const call = { method: 'GET', path: sessionPath(id, '/diff'), query, size: 'diff' } as const;
  return (await client.find(call, diffSchema, 'MessageNotFoundError')) ?? [];
}

/** Our prompts: what ran between two of them is no change of the agent's. */
async function turnsBetween(client: Client, id: string, first: string, last: string): Promise<string[]> {
  const entries = await readEntries(client, id, MAX_MESSAGES, { ends: new Set([first]) });
  const users = entries.flatMap(({ entry }) => (entry.role === 'user' ? [entry.id] : []));
  const begin = users.indexOf(first);
  return begin < 0 ? [first, last] : users.slice(begin, users.indexOf(last) + 1 || undefined);
}

/** What a session changed. */
export const diffCalls = (client: Client): DiffCalls => ({
  async turnDiff(id, messageId, last) {
    if (last === undefined) return readTurn(client, id, messageId, { context });
    const turns: FileDiff[][] = [];
    // Only whole files can be put together.
    for (const each of await turnsBetween(client, id, messageId, last))
      turns.push(await readTurn(client, id, each, {}));
    return mergeTurns(turns);
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

  auditPatch: ({ directory, baseCommit }, patches, named) =>
    auditPatch(commandsIn(client, directory), baseCommit, patches, named),
});
