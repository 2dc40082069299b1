import type { ExecutionInput, SessionRef } from '../../contract/execution.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { Clock, Log, RecognisedServer, SessionServer, SessionServers } from '../../ports.ts';
import { releaseWorkspace } from '../../sessions/release-workspace.ts';
import { describeSession, sessionTitle } from '../../sessions/session-ref.ts';
import { findWorkspace } from '../../sessions/workspace.ts';

/** A session whose creation was cut in the middle may appear a moment later. */
const LOOKS = 3;
const PAUSE_MS = 2_000;
/** A server that takes this long to say nothing is not asked again. */
const PATIENCE_MS = 15_000;

/**
 * The session that a job's execution made but did not come to record. A worktree without a session is given back. What
 * the server does not answer is not found: no prompt was sent to it, so nothing can be at work there.
 */
export async function findUnrecorded(
  servers: SessionServers,
  execution: ExecutionInput,
  { clock, log }: { clock: Clock; log: Log },
): Promise<{ server: SessionServer; session: SessionRef } | undefined> {
  const until = clock.now().getTime() + PATIENCE_MS;
  let recognised: RecognisedServer | undefined;
  for (let look = 0; look < LOOKS && clock.now().getTime() < until; look++) {
    if (look > 0) await clock.sleep(PAUSE_MS);
    try {
      recognised ??= await servers.recognise(serverOf(execution));
      const session = await find(recognised, execution, look === LOOKS - 1, log);
      if (session) return { server: recognised.server, session };
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.warn('Session not searched', { jobId: execution.jobId, error: error.name });
      if (error.name !== 'ServerUnreachable') return undefined;
    }
  }
  return undefined;
}

async function find(
  recognised: RecognisedServer,
  execution: ExecutionInput,
  lastLook: boolean,
  log: Log,
): Promise<SessionRef | undefined> {
  const { server } = recognised;
  const repository = await server.resolveDirectory(execution.session.directory);
  const workspace = await findWorkspace(server, execution, repository);
  if (!workspace) return undefined;
  const { jobId } = execution;
  const wanted = { jobId, directory: workspace.directory, title: sessionTitle(execution) };
  const session = await server.findSession(wanted);
  if (session) return describeSession(server, execution, workspace, session, recognised);
  if (lastLook) await releaseWorkspace(server, workspace, { keep: false, log });
  return undefined;
}
