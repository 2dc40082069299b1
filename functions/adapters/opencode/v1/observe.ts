import type { SessionRef } from '../../../contract/execution.ts';
import type { PendingRequest, SessionMessage } from '../../../domain/session/session.ts';
import type { Seen } from '../../../domain/session/verdict.ts';
import { messagesToRead } from '../../../domain/session/verdict-v1.ts';
import type { Client } from '../client.ts';
import { readDescendants } from './descendants.ts';
import { newestFirst, readMessages } from './messages.ts';
import { readPending } from './pending.ts';
import { descendantsAtWork, readStatuses } from './statuses.ts';

type ObservedRun = Pick<SessionRef, 'id' | 'directory' | 'messageId'>;

/** One look at a session. The status comes first: read after the messages, a run that ends in between looks lost. */
export async function observe(client: Client, run: ObservedRun, { counts }: { counts: boolean }): Promise<Seen> {
  const { own: status, others } = await readStatuses(client, run.directory, run.id);
  const messages = await newestMessages(client, run, counts);
  const descendants = status?.type === 'retry' ? [] : await descendantsAtWork(client, run.id, others);
  const asks = status?.type === 'busy' || descendants.length > 0;
  const pending = asks ? await pendingOf(client, run) : [];
  const isThere = messages.some(({ id, parentId }) => id === run.messageId || parentId === run.messageId);
  return { kind: 'seen', status, descendants, messages, pending, prompt: isThere ? 'delivered' : 'missing' };
}

async function newestMessages(client: Client, run: ObservedRun, counts: boolean): Promise<SessionMessage[]> {
  const few = await readMessages(client, run.id, messagesToRead.few);
  const newest = few.at(-1);
  const answersOurs = newest?.role === 'assistant' && newest.parentId === run.messageId;
  const isToBeCounted = counts && few.length === messagesToRead.few;
  return answersOurs && !isToBeCounted ? few : readRun(client, run);
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
