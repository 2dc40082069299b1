import type { SessionRef, Tokens } from '../contract/execution.ts';
import type { FileDiff } from '../domain/session/session.ts';
import type { Log, SessionServer } from '../ports.ts';
import { usageOf } from './usage.ts';

/** `turn`: what the server recorded for our message. `working_tree`: the worktree against its branch point. */
export type DiffSource = 'turn' | 'working_tree';

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
const serverGone = ['ServerUnreachable', 'CredentialsRejected', 'ServerUnsupported'];

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
  let gone = false;
  const read = async <T>(what: string, call: () => Promise<T>): Promise<T | null> => {
    try {
      if (!gone) return await call();
    } catch (error) {
      if (completed) throw error;
      const name = error instanceof Error ? error.name : 'unknown';
      log.warn('Result not read', { what, sessionId: session.id, error: name });
      gone = serverGone.includes(name);
    }
    unread.push(what);
    return null;
  };

  let diffs: FileDiff[] = [];
  let diffSource: DiffSource | null = null;
  for (const source of diffSources(session, completed)) {
    diffs = (await read(source, () => readDiff(server, session, source))) ?? [];
    if (diffs.length === 0) continue;
    diffSource = source;
    break;
  }
  const answer = await read('answer', () => lastAnswer(server, session.id));
  const usage = await read('usage', () => usageOf(server, session.id));
  return { diffs, diffSource, answer, tokens: usage?.tokens ?? null, costUsd: usage?.costUsd ?? null, unread };
}

/**
 * Where to look for changes, best first; the next source counts only where the one before has none. A turn that was cut
 * off misses the step it was in, so there the worktree goes first. A shared directory holds the changes of others too,
 * so there only the turn is asked.
 */
function diffSources(session: SessionRef, completed: boolean): DiffSource[] {
  if (!session.worktree) return ['turn'];
  return completed ? ['turn', 'working_tree'] : ['working_tree', 'turn'];
}

async function readDiff(server: SessionServer, session: SessionRef, source: DiffSource): Promise<FileDiff[]> {
  if (source === 'turn') return server.turnDiff(session.id, session.messageId);
  // Until the agent commits, HEAD is what the patch applies to. A comparison with the default branch has changes of its
  // own where the repository is on another one, so it is only made for the sake of the agent's commits.
  const clean = await server.isClean(session.directory);
  const committed = (await server.headCommit(session.directory)) !== session.baseCommit;
  if (committed) return server.workingTreeDiff(session.directory, 'default_branch');
  return clean ? [] : server.workingTreeDiff(session.directory, 'head');
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
