import type { SessionRef } from '../../../contract/execution.ts';
import { countAnswers } from '../../../domain/session/count-answers.ts';
import type { PendingRequest, SessionMessage } from '../../../domain/session/session.ts';
import type { Look, Seen } from '../../../domain/session/verdict.ts';
import { messagesToRead } from '../../../domain/session/verdict-v1.ts';
import type { Client } from '../client.ts';
import { readDescendants } from './descendants.ts';
import { newestFirst, readMessages } from './messages.ts';
import { readPending } from './pending.ts';
import { descendantsAtWork, readStatuses } from './statuses.ts';

type ObservedRun = Pick<SessionRef, 'id' | 'directory' | 'messageId'>;

/** One look at a session. The status comes first: read after the messages, a run that ends in between looks lost. */
export async function observe(client: Client, run: ObservedRun, look: Look): Promise<Seen> {
  const { own: status, others } = await readStatuses(client, run.directory, run.id);
  if (status?.type === 'retry') return { ...nothing(), status };
  const { messages, counted } = status ? await readAtWork(client, run, look) : await readAtRest(client, run);
  const descendants = await descendantsAtWork(client, run.id, others);
  const asks = status !== null || descendants.length > 0;
  const pending = asks ? await pendingOf(client, run) : [];
  const isThere = messages.some(({ id, parentId }) => id === run.messageId || parentId === run.messageId);
  // Of a session at work it is of no interest where the message is.
  const prompt = status || isThere ? 'delivered' : 'missing';
  return { kind: 'seen', status, descendants, messages, counted, pending, prompt };
}

const nothing = (): Omit<Seen, 'status'> => ({
  kind: 'seen',
  descendants: [],
  messages: [],
  counted: null,
  pending: [],
  prompt: 'delivered',
});

type MessagesRead = Pick<Seen, 'counted'> & { messages: SessionMessage[] };

/** The newest messages tell what became of a run; where they answer something else, those from our message on do. */
async function readAtRest(client: Client, run: ObservedRun): Promise<MessagesRead> {
  const few = await readMessages(client, run.id, messagesToRead.few);
  const newest = few.at(-1);
  const answersOurs = newest?.role === 'assistant' && newest.parentId === run.messageId;
  return { messages: answersOurs ? few : await readRun(client, run), counted: null };
}

async function readAtWork(client: Client, run: ObservedRun, { newest, counts, counted }: Look): Promise<MessagesRead> {
  if (!counts) return { messages: newest === 0 ? [] : await readMessages(client, run.id, newest), counted: null };
  const first = counted ? Math.max(newest, 1) : undefined;
  const messages: SessionMessage[] = [];
  const ends = new Set([run.messageId, counted?.upTo]);
  for await (const message of newestFirst(client, run.id, messagesToRead.many, first)) {
    messages.unshift(message);
    if (messages.length >= newest && messages.some(({ id }) => ends.has(id))) break;
  }
  return { messages, counted: countAnswers(messages, run.messageId, counted) };
}

/** The run of our message: from it on, or as much as is read of a session. */
async function readRun(client: Client, { id, messageId }: ObservedRun): Promise<SessionMessage[]> {
  const found: SessionMessage[] = [];
  for await (const message of newestFirst(client, id, messagesToRead.many)) {
    found.unshift(message);
    if (message.id === messageId) break;
  }
  return found;
}

/** Requests that hold the session up, those of its sub-agents among them. */
async function pendingOf(client: Client, { id, directory }: ObservedRun): Promise<PendingRequest[]> {
  const pending = await readPending(client, directory);
  if (pending.length === 0) return [];
  const family = [id, ...(await readDescendants(client, id))];
  return pending.filter(({ sessionId }) => family.includes(sessionId));
}
