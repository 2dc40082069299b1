import type { SessionRef } from '../../../contract/execution.ts';
import type { SessionEntry, SessionStatus } from '../../../domain/session/session.ts';
import type { Seen } from '../../../domain/session/verdict.ts';
import type { Client } from '../client.ts';
import { descendantsAtWork, readActive } from './active.ts';
import { isDelivered, isWaiting, readEntries, type WireEntry } from './messages.ts';
import { readPending } from './pending.ts';

type PromptedRun = Pick<SessionRef, 'id' | 'messageId'>;

/** The newest messages say what the agent does; those of a whole run are wanted now and then, for their number. */
const FEW = 20;
const MANY = 300;

/**
 * One look at a session. What is at work comes first: read after the messages, a run that ends in between looks lost.
 */
export async function observe(client: Client, run: PromptedRun, { counts }: { counts: boolean }): Promise<Seen> {
  const active = await readActive(client);
  const wire = await readEntries(client, run.id, counts ? MANY : FEW);
  const descendants = await descendantsAtWork(client, run.id, active);
  const status = active.has(run.id) ? statusOf(wire) : null;
  const asked = [...(status?.type === 'busy' ? [run.id] : []), ...descendants];
  const pending = (await Promise.all(asked.map((id) => readPending(client, id)))).flat();
  // Of a session at work it is of no interest where the message is.
  const messages = wire.map(({ entry }) => entry);
  const prompt = status ? 'delivered' : await promptOf(client, run, messages);
  return { kind: 'seen', status, descendants, messages, pending, prompt };
}

/** That a session waits for its provider stands at its newest answer. */
function statusOf(wire: WireEntry[]): SessionStatus {
  const { retry = null } = wire.findLast(({ entry }) => entry.role === 'assistant') ?? {};
  return retry ? { type: 'retry', ...retry } : { type: 'busy' };
}

async function promptOf(
  client: Client,
  { id, messageId }: PromptedRun,
  messages: SessionEntry[],
): Promise<Seen['prompt']> {
  const isThere = messages.some((message) => message.id === messageId) || (await isDelivered(client, id, messageId));
  if (isThere) return 'delivered';
  return (await isWaiting(client, id, messageId)) ? 'waiting' : 'missing';
}
