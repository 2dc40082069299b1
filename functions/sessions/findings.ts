import type { SessionRef, Tokens } from '../contract/execution.ts';
import type { FileDiff, SessionMessage } from '../domain/session/session.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import type { Clock, Log, SessionServer } from '../ports.ts';
import { type DiffSource, readChanges, type SessionChanges } from './read-changes.ts';
import { usageOf } from './usage.ts';
import { missingFrom } from './written-files.ts';

/** What could be read of a session's result. */
export interface Findings {
  diffs: FileDiff[];
  diffSource: DiffSource | null;
  /** Paths of a shared directory that differ from its commit, and that the server did not record for this session. */
  unrecorded: string[];
  /** False where the server recorded no state of the directory at all, so that "no change" means nothing. */
  recorded: boolean;
  /** Files that the agent's tools wrote and that are in no diff. */
  written: string[];
  answer: string | null;
  tokens: Tokens | null;
  costUsd: number | null;
  /** What could not be read. Always empty when reading is strict. */
  unread: string[];
}

/** Findings that may be stored. */
export interface ScreenedFindings extends Findings {
  /** Kinds of the credentials that stood in the answer. */
  answerSecrets: string[];
}

/** True where there may be changes that were not read. */
export const isDiffUnread = ({ unread }: Findings): boolean =>
  unread.some((what) => what === 'turn' || what === 'working_tree');

/** True where the server did not answer any more; what is asked last is then among what could not be read. */
export const isServerGone = ({ unread }: Findings): boolean => unread.includes('usage');

/** The newest messages: enough for an answer where the last one has no text, and for what the tools wrote last. */
const MESSAGES = 20;
/** The server writes a diff down after the end that it tells. */
const SECOND_LOOK_MS = 1_000;

/** Errors after which asking the same server for more would only cost time. */
const serverGone = ['ServerUnreachable', 'CredentialsRejected', 'EndpointRefused', 'ServerUnsupported'];

export type ReadPart = <T>(what: string, call: () => Promise<T>) => Promise<T | null>;

/**
 * Reads the result. Of a completed session all of it or nothing: trouble is thrown, so that it is tried again. Of any
 * other session what there is: trouble is noted in `unread`.
 */
export async function readFindings(
  server: SessionServer,
  session: SessionRef,
  { completed, clock, log }: { completed: boolean; clock: Pick<Clock, 'sleep'>; log: Log },
): Promise<Findings> {
  const unread: string[] = [];
  let gone = false;
  const read: ReadPart = async (what, call) => {
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

  const first = await readChanges(server, session, completed, read);
  const messages = (await read('answer', () => server.messages(session.id, MESSAGES))) ?? [];
  const changes = await lookAgain(first, messages);
  if (!changes.isTreeTold && !(completed && changes.source === 'turn')) unread.push('working_tree');
  const usage = await read('usage', () => usageOf(server, session.id));
  return {
    diffs: changes.diffs,
    diffSource: changes.source,
    unrecorded: changes.unrecorded,
    recorded: session.worktree || changes.diffs.length > 0 || isRecorded(messages),
    written: missingFrom(changes.diffs, messages, session.directory),
    answer: lastAnswer(messages),
    tokens: usage?.tokens ?? null,
    costUsd: usage?.costUsd ?? null,
    unread,
  };

  /**
   * A diff that lacks what a tool has just written may not be written down yet, nor one without anything of a shared
   * directory that has changed: a command tells no names.
   */
  async function lookAgain(found: SessionChanges, seen: SessionMessage[]): Promise<SessionChanges> {
    const isUnwritten = found.diffs.length === 0 && found.unrecorded.length > 0;
    if (!completed || !(isUnwritten || missingFrom(found.diffs, seen, session.directory).length > 0)) return found;
    await clock.sleep(SECOND_LOOK_MS);
    return readChanges(server, session, completed, read);
  }
}

/** Every answer tells, so the newest do. Without one nothing is known, and nothing was done. */
const isRecorded = (messages: SessionMessage[]): boolean => !messages.some(({ recorded }) => recorded === false);

/** Visible text of the last assistant message that has any. */
function lastAnswer(messages: SessionMessage[]): string | null {
  return messages.findLast(({ role, text }) => role === 'assistant' && text.trim() !== '')?.text ?? null;
}
