import * as z from 'zod';
import type { Client } from '../client.ts';
import { walkDescendants } from '../family.ts';
import { dataOf } from './location.ts';

/** Children of one session; a run has a handful. */
const LIMIT = '100';

/** Ids of all sessions that the server works on, in whatever directory. */
export async function readActive(client: Client): Promise<Set<string>> {
  const schema = dataOf(z.record(z.string(), z.unknown()));
  const { data } = await client.ask({ method: 'GET', path: '/api/session/active' }, schema);
  return new Set(Object.keys(data));
}

export const readDescendants = (client: Client, id: string): Promise<string[]> =>
  walkDescendants(id, async (parentID) => {
    const call = { method: 'GET', path: '/api/session', query: { parentID, limit: LIMIT }, size: 'large' } as const;
    return (await client.ask(call, dataOf(z.array(z.object({ id: z.string() }))))).data.map((child) => child.id);
  });

/** The sub-agents among those at work. */
export async function descendantsAtWork(client: Client, id: string, active: Set<string>): Promise<string[]> {
  const isAlone = active.size === 0 || (active.size === 1 && active.has(id));
  return isAlone ? [] : (await readDescendants(client, id)).filter((descendant) => active.has(descendant));
}
