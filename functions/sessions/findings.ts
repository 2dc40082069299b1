import type { SessionRef, Tokens } from '../contract/execution.ts';
import type { FileDiff } from '../domain/session/session.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import type { Log, SessionServer } from '../ports.ts';
import { usageOf } from './usage.ts';

/** `turn`: what the server recorded for our message. `working_tree`: the worktree against its base commit. */
type DiffSource = 'turn' | 'working_tree';

/** What could be read of a session's result. */
export interface Findings {
  diffs: FileDiff[];
  diffSource: DiffSource | null;
  answer: string | null;
  tokens: Tokens | null;
  costUsd: number | null;
  /** What could not be read. Always empty when reading is strict. */
  unread: string[];
}

/** True where there may be changes that were not read. */
export const isDiffUnread = ({ unread }: Findings): boolean =>
  unread.some((what) => what === 'turn' || what === 'working_tree');

/** The newest messages that are searched for an answer where the very last one has no text. */
const ANSWER_MESSAGES = 20;

/** Errors after which asking the same server for more would only cost time. */
const serverGone = ['ServerUnreachable', 'CredentialsRejected', 'EndpointRefused', 'ServerUnsupported'];

/**
 * Reads the result. Of a completed session all of it or nothing: trouble is thrown, so that it is tried again. Of any
 * other session what there is: trouble is noted in `unread`.
 */
export async function readFindings(
  server: SessionServer,
  session: SessionRef,
  { completed, log }: { completed: boolean; log: Log },
): Promise<Findings> {
  const unread: string[] = [];
  const read = partReader(session, { completed, log }, unread);

  const { diffs, diffSource, isTreeTold } = await readChanges(server, session, completed, read);
  // The turn of a finished agent has all that it did; any other may miss the step that it was in.
  const isComplete = isTreeTold || (completed && diffSource === 'turn');
  if (!isComplete) unread.push('working_tree');
  const answer = await read('answer', () => lastAnswer(server, session.id));
  const usage = await read('usage', () => usageOf(server, session.id));
  return { diffs, diffSource, answer, tokens: usage?.tokens ?? null, costUsd: usage?.costUsd ?? null, unread };
}

type ReadPart = ReturnType<typeof partReader>;

async function readChanges(server: SessionServer, session: SessionRef, completed: boolean, read: ReadPart) {
  let diffs: FileDiff[] = [];
  let diffSource: DiffSource | null = null;
  let isTreeTold = true;
  for (const source of session.worktree ? worktreeSources : sharedSources) {
    const found = await read(source, () => readDiff(server, session, source));
    if (found === 'not_told') isTreeTold = false;
    else diffs = found ?? [];
    if (diffs.length > 0) diffSource = source;
    // An agent that finished and left the tree as it was has changed nothing, whatever it did in between.
    if (diffs.length > 0 || (completed && found !== 'not_told')) break;
  }
  return { diffs, diffSource, isTreeTold };
}

/** Reads a part of the result. One that cannot be read is noted in `unread`; of a completed session its trouble is thrown. */
function partReader(session: SessionRef, { completed, log }: { completed: boolean; log: Log }, unread: string[]) {
  let gone = false;
  return async <T>(what: string, call: () => Promise<T>): Promise<T | null> => {
    try {
      if (!gone) return await call();
    } catch (error) {
      if (completed) throw error;
      const name = errorNameOf(error);
      log.warn('Result not read', { what, sessionId: session.id, error: name });
      gone = serverGone.includes(name);
    }
    unread.push(what);
    return null;
  };
}

/**
 * Where to look for changes, best first; the next source counts only where the one before has none. In a worktree of the
 * session's own the working tree is the truth. A shared directory holds the changes of others too, so only the turn is asked.
 */
const worktreeSources: DiffSource[] = ['working_tree', 'turn'];
const sharedSources: DiffSource[] = ['turn'];

/** `not_told`: the server cannot compare the tree with the base commit. */
async function readDiff(
  server: SessionServer,
  session: SessionRef,
  source: DiffSource,
): Promise<FileDiff[] | 'not_told'> {
  if (source === 'turn') return server.turnDiff(session.id, session.messageId);
  return (await server.workingTreeDiff(session.directory, session.baseCommit)) ?? 'not_told';
}

/** Visible text of the last assistant message that has any. */
async function lastAnswer(server: SessionServer, id: string): Promise<string | null> {
  for (const limit of [1, ANSWER_MESSAGES]) {
    const messages = await server.messages(id, limit);
    const answer = messages.findLast(({ role, text }) => role === 'assistant' && text.trim() !== '');
    if (answer) return answer.text;
  }
  return null;
}
