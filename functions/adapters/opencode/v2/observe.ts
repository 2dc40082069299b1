import type { SessionRef } from '../../../contract/execution.ts';
import { countAnswers } from '../../../domain/session/count-answers.ts';
import type { SessionEntry, SessionStatus } from '../../../domain/session/session.ts';
import type { Look, Seen } from '../../../domain/session/verdict.ts';
import type { Client } from '../client.ts';
import { descendantsAtWork, readActive } from './active.ts';
import { isDelivered, isWaiting, readEntries, type WireEntry } from './messages.ts';
import { readPending } from './pending.ts';

type PromptedRun = Pick<SessionRef, 'id' | 'messageId'>;

/** Of a session at rest the newest messages say what has become of it; a whole run is counted once. */
const FEW = 20;
const MANY = 300;

/**
 * One look at a session. What is at work comes first: read after the messages, a run that ends in between looks lost.
 */
export async function observe(client: Client, run: PromptedRun, look: Look): Promise<Seen> {
  const active = await readActive(client);
  const isActive = active.has(run.id);
  const wire = isActive ? await readAtWork(client, run, look) : await readEntries(client, run.id, FEW);
  const descendants = await descendantsAtWork(client, run.id, active);
  const status = isActive ? statusOf(wire) : null;
  const asked = [...(status?.type === 'busy' ? [run.id] : []), ...descendants];
  const pending = (await Promise.all(asked.map((id) => readPending(client, id)))).flat();
  // Of a session at work it is of no interest where the message is.
  const messages = wire.map(({ entry }) => entry);
  const prompt = status ? 'delivered' : await promptOf(client, run, messages);
  const counted = isActive && look.counts ? countAnswers(messages, run.messageId, look.counted) : null;
  return { kind: 'seen', status, descendants, messages, counted, pending, prompt };
}

/** The newest message is read in any case, for the wait that may stand at it. */
function readAtWork(client: Client, run: PromptedRun, { newest, counts, counted }: Look): Promise<WireEntry[]> {
  const few = Math.max(newest, 1);
  if (!counts) return readEntries(client, run.id, few);
  const ends = new Set([run.messageId, counted?.upTo]);
  return readEntries(client, run.id, MANY, counted ? { first: few, ends } : { ends });
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
