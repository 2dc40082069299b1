import type { SessionRef } from '../../contract/execution.ts';
import type { PendingRequest, SessionMessage } from '../../domain/session/session.ts';
import { messagesToRead, type Observation } from '../../domain/session/verdict.ts';
import type { SessionServer } from '../../ports.ts';

/** Polls between two looks at `many` messages, which count the model calls of a run that may be going in circles. */
const COUNT_EVERY = 10;

/**
 * One look at a session. The status comes first: read after the messages, a run that ends in between looks lost. `counts`:
 * the number of messages matters in this poll; else it is only looked at now and then.
 */
export async function observe(
  server: SessionServer,
  session: SessionRef,
  { attempt, counts }: { attempt: number; counts: boolean },
): Promise<Observation> {
  const status = await server.status(session.directory, session.id);
  const messages = await newestMessages(server, session, counts || attempt % COUNT_EVERY === 0);
  const pending = status?.type === 'busy' ? await pendingOf(server, session) : [];
  return { kind: 'seen', status, messages, pending };
}

async function newestMessages(server: SessionServer, session: SessionRef, counts: boolean): Promise<SessionMessage[]> {
  const few = await server.messages(session.id, messagesToRead.few);
  const newest = few.at(-1);
  const answersOurs = newest?.role === 'assistant' && newest.parentId === session.messageId;
  const isToBeCounted = counts && few.length === messagesToRead.few;
  return answersOurs && !isToBeCounted ? few : server.messages(session.id, messagesToRead.many);
}

/** Requests that hold the session up, those of its sub-agents among them. */
async function pendingOf(server: SessionServer, session: SessionRef): Promise<PendingRequest[]> {
  const pending = await server.pendingRequests(session.directory);
  if (pending.length === 0) return [];
  const family = [session.id, ...(await server.descendants(session.id))];
  return pending.filter(({ sessionId }) => family.includes(sessionId));
}
