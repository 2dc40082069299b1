import * as z from 'zod';
import type { SessionStatus } from '../../../domain/session/session.ts';
import type { Client } from '../client.ts';
import { readDescendants } from './descendants.ts';

const statusSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('idle') }),
    z.object({ type: z.literal('busy') }),
    z.object({ type: z.literal('retry'), message: z.string(), next: z.number() }),
  ])
  .transform((status): SessionStatus => {
    if (status.type === 'idle') return null;
    return status.type === 'busy' ? status : { type: 'retry', message: status.message, nextAt: status.next };
  });

interface Statuses {
  own: SessionStatus;
  /** Other sessions of the directory that are at work. */
  others: Set<string>;
}

/** The server lists sessions that are not idle, by directory. */
export async function readStatuses(client: Client, directory: string, id: string): Promise<Statuses> {
  // Of other sessions nothing is expected but a name, so that nothing of theirs can be in the way.
  const schema = z
    .record(z.string(), z.unknown())
    .transform(({ [id]: own, ...others }) => ({
      own: own ?? notListed,
      others: Object.keys(others).filter(isAtWork(others)),
    }))
    .pipe(z.object({ own: statusSchema, others: z.array(z.string()) }));
  const { own, others } = await client.ask({ method: 'GET', path: '/session/status', query: { directory } }, schema);
  return { own, others: new Set(others) };
}

const notListed: unknown = { type: 'idle' };
const idleSchema = z.object({ type: z.literal('idle') });
const isAtWork = (statuses: Record<string, unknown>) => (id: string) => !idleSchema.safeParse(statuses[id]).success;

/** The sub-agents among those at work. */
export async function descendantsAtWork(client: Client, id: string, others: Set<string>): Promise<string[]> {
  return others.size === 0 ? [] : (await readDescendants(client, id)).filter((descendant) => others.has(descendant));
}
