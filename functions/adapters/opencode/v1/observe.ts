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
  if (status?.type === 'retry') {
    return { kind: 'seen', status, descendants: [], messages: [], counted: null, pending: [], prompt: 'delivered' };
  }
  const { messages, counted } = status ? await readAtWork(client, run, look) : await readAtRest(client, run);
  const descendants = await descendantsAtWork(client, run.id, others);
  const asks = status !== null || descendants.length > 0;
  const pending = asks ? await pendingOf(client, run) : [];
  const isThere = messages.some(({ id, parentId }) => id === run.messageId || parentId === run.messageId);
  // Of a session at work it is of no interest where the message is.
  const prompt = status || isThere ? 'delivered' : 'missing';
  return { kind: 'seen', status, descendants, messages, counted, pending, prompt };
}

type MessagesRead = Pick<Seen, 'counted'> & { messages: SessionMessage[] };

/** The newest messages tell what became of a run; where they answer something else, those from our message on do. */
async function readAtRest(client: Client, run: ObservedRun): Promise<MessagesRead> {
  const few = await readMessages(client, run.id, messagesToRead.few);
  const newest = few.at(-1);
  const answersOurs = newest?.role === 'assistant' && newest.parentId === run.messageId;
  return { messages: answersOurs ? few : await readBackTo(client, run.id, { ends: [run.messageId] }), counted: null };
}

async function readAtWork(client: Client, run: ObservedRun, { newest, counts, counted }: Look): Promise<MessagesRead> {
  if (!counts) return { messages: newest === 0 ? [] : await readMessages(client, run.id, newest), counted: null };
  const messages = await readBackTo(client, run.id, {
    ends: [run.messageId, counted?.upTo],
    least: newest,
    first: counted ? Math.max(newest, 1) : undefined,
  });
  return { messages, counted: countAnswers(messages, run.messageId, counted) };
}

interface Stretch {
  /** Ids of messages at which it may begin. */
  ends: (string | undefined)[];
  /** Messages that it has in any case. */
  least?: number;
  /** Of the first page. */
  first?: number | undefined;
}

/** The newest messages from one of the ends on, or as much as is read of a session; oldest first. */
async function readBackTo(client: Client, id: string, { ends, least = 0, first }: Stretch): Promise<SessionMessage[]> {
  const found: SessionMessage[] = [];
  let reached = false;
  for await (const message of newestFirst(client, id, messagesToRead.many, first)) {
    reached ||= ends.includes(message.id);
    if (found.push(message) >= least && reached) break;
  }
  return found.reverse();
}

/** Requests that hold the session up, those of its sub-agents among them. */
async function pendingOf(client: Client, { id, directory }: ObservedRun): Promise<PendingRequest[]> {
  const pending = await readPending(client, directory);
  if (pending.length === 0) return [];
  const family = [id, ...(await readDescendants(client, id))];
  return pending.filter(({ sessionId }) => family.includes(sessionId));
}
