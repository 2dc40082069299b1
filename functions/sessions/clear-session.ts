import type { ExecutionInput, SessionRef } from '../contract/execution.ts';
import type { Job } from '../domain/job/job.ts';
import { serverOf } from '../domain/job/server-of.ts';
import { errorNameOf, TaskError } from '../domain/task/errors.ts';
import type { Clock, JobStore, Log, RecognisedServer, SessionServer, SessionServers } from '../ports.ts';
import { abortUntilIdle } from './abort-session.ts';
import { sessionTitle } from './session-ref.ts';
import { findWorkspace } from './workspace.ts';

interface ClearSessionDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'markCleared'>;
  clock: Clock;
  log: Log;
}

/** A lost answer of the server may have left a second one. */
const MOST_WORKTREES = 3;

/**
 * Leaves nothing on its server of a job that has ended: aborts its session where that is at work still, and removes its
 * worktree unless that is kept. True once nothing is left; trouble is an answer, and the sweep asks again. Idempotent.
 */
export async function clearSession(deps: ClearSessionDeps, job: Job): Promise<boolean> {
  try {
    if (!(await isCleared(deps, job))) return false;
    await deps.jobs.markCleared(job.id, deps.clock.now().toISOString());
    return true;
  } catch (error) {
    deps.log.warn('Server not cleared', { jobId: job.id, error: errorNameOf(error) });
    return false;
  }
}

async function isCleared(deps: ClearSessionDeps, { input, session, promptedAt, worktreeLeft }: Job): Promise<boolean> {
  const { server, repository } = await placeOf(deps.servers, input, session);
  const found = session ?? (await findSession(server, input, repository));
  if (found) {
    const { status } = await abortIfAtWork(deps, server, found, promptedAt);
    if (status === 'unconfirmed') return false;
  }
  // A worktree of a session that was collected stays where it holds what no result has.
  const isWorthless = !session || worktreeLeft;
  if (input.session.workspace === 'worktree' && isWorthless) await removeWorktrees(server, input, repository);
  return true;
}

async function placeOf(
  servers: SessionServers,
  input: ExecutionInput,
  session: SessionRef | undefined,
): Promise<{ server: SessionServer; repository: string }> {
  const target = serverOf(input);
  if (session) return { server: servers.connect(target, session.dialect), repository: session.repository };
  const { server }: RecognisedServer = await servers.recognise(target);
  return { server, repository: await server.resolveDirectory(input.session.directory) };
}

async function findSession(server: SessionServer, execution: ExecutionInput, repository: string) {
  const workspace = await findWorkspace(server, execution, repository);
  if (!workspace) return undefined;
  const { jobId } = execution;
  return server.findSession({ jobId, directory: workspace.directory, title: sessionTitle(execution) });
}

/** A session that is over, or gone, is left as it is: people read it. */
async function abortIfAtWork(
  deps: ClearSessionDeps,
  server: SessionServer,
  session: Pick<SessionRef, 'id' | 'directory'>,
  promptedAt: string | undefined,
): Promise<{ status: 'stopped' | 'gone' | 'unconfirmed' }> {
  try {
    if ((await server.atWork(session.directory, session.id)).length === 0) return { status: 'stopped' };
  } catch (error) {
    if (error instanceof TaskError && error.name === 'SessionLost') return { status: 'gone' };
    throw error;
  }
  return abortUntilIdle(server, session, promptedAt, deps);
}

async function removeWorktrees(server: SessionServer, execution: ExecutionInput, repository: string): Promise<void> {
  for (let removed = 0; removed < MOST_WORKTREES; removed++) {
    const workspace = await findWorkspace(server, execution, repository);
    if (!workspace) return;
    await server.disposeInstance(workspace.directory);
    await server.removeWorktree(repository, workspace.directory);
  }
}
