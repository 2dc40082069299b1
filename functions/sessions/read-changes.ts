import type { SessionRef } from '../contract/execution.ts';
import { inGitForm } from '../domain/session/git-form.ts';
import type { FileDiff } from '../domain/session/session.ts';
import type { SessionServer, WorkingTree } from '../ports.ts';
import type { ReadPart } from './findings.ts';

/** `turn`: what the server recorded for our message. `working_tree`: the worktree against its base commit. */
export type DiffSource = 'turn' | 'working_tree';

export interface SessionChanges {
  diffs: FileDiff[];
  source: DiffSource | null;
  /** False where the server could not compare the tree with the base commit. */
  isTreeTold: boolean;
  unrecorded: string[];
}

const treeOf = ({ directory, baseCommit, worktree }: SessionRef): WorkingTree => ({
  directory,
  baseCommit,
  own: worktree,
});

/**
 * In a worktree of the session's own the working tree is the truth, and the turn counts where it cannot be told. A
 * shared directory holds the changes of others too, so only the turn is asked; the tree tells what the turn lacks.
 */
export const readChanges = (
  server: SessionServer,
  session: SessionRef,
  completed: boolean,
  read: ReadPart,
): Promise<SessionChanges> =>
  session.worktree ? ofWorktree(server, session, completed, read) : ofSharedDirectory(server, session, read);

async function ofWorktree(
  server: SessionServer,
  session: SessionRef,
  completed: boolean,
  read: ReadPart,
): Promise<SessionChanges> {
  const tree = await read('working_tree', async () => (await server.workingTreeDiff(treeOf(session))) ?? 'not_told');
  const isTreeTold = tree !== 'not_told';
  const diffs = isTreeTold ? (tree ?? []) : [];
  if (diffs.length > 0) return { diffs, source: 'working_tree', isTreeTold, unrecorded: [] };
  // An agent that finished and left the tree as it was has changed nothing, whatever it did in between.
  if (completed && isTreeTold) return { diffs: [], source: null, isTreeTold, unrecorded: [] };
  return { ...(await ofTurn(server, session, read)), isTreeTold, unrecorded: [] };
}

async function ofSharedDirectory(server: SessionServer, session: SessionRef, read: ReadPart): Promise<SessionChanges> {
  const turn = await ofTurn(server, session, read);
  if (session.baseCommit === null) return { ...turn, isTreeTold: true, unrecorded: [] };
  const changed = (await read('changed_paths', () => server.changedPaths(session.directory))) ?? [];
  const isCompared = turn.diffs.length > 0 && changed.length > 0;
  const tree = isCompared ? await read('changed_paths', () => server.workingTreeDiff(treeOf(session))) : null;
  const told = new Set(turn.diffs.map(({ path }) => path));
  return {
    ...turn,
    diffs: inGitForm(turn.diffs, tree ?? []),
    isTreeTold: true,
    unrecorded: changed.filter((path) => !told.has(path)),
  };
}

async function ofTurn(server: SessionServer, { id, messageId, turn }: SessionRef, read: ReadPart) {
  const diffs = (await read('turn', () => server.turnDiff(id, messageId, turn?.messageId))) ?? [];
  return { diffs, source: diffs.length > 0 ? ('turn' as const) : null };
}
