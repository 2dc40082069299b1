import type { ExecutionInput, SessionRef } from '../contract/execution.ts';
import { serverOf } from '../domain/job/server-of.ts';
import { TaskError } from '../domain/task/errors.ts';
import type { Clock, JobStore, Log, SessionServer, SessionServers } from '../ports.ts';

interface AbortSessionDeps {
  servers: SessionServers;
  jobs: Pick<JobStore, 'get'>;
  clock: Clock;
  log: Log;
}

/** `unconfirmed`: the server would not say; what it holds is collected all the same. */
interface Aborted {
  status: 'stopped' | 'gone' | 'unconfirmed';
}

/** A cold directory takes up to 4 s from prompt to `busy`, and an abort before that is lost: twice that, to be sure. */
const COLD_START_MS = 8_000;
const PAUSE_MS = 1_000;
/** That nothing is at work is believed when seen this often in a row. */
const QUIET_LOOKS = 2;
/** One abort takes 0.5 s. Half a minute outlasts a restart of the server and leaves time to collect. */
const LIMIT_MS = 30_000;

/** Aborts the session of an execution. Trouble with the server is an answer, not an error. */
export async function abortSession(
  { servers, jobs, clock, log }: AbortSessionDeps,
  { execution, session }: { execution: ExecutionInput; session: SessionRef },
): Promise<Aborted> {
  const job = await jobs.get(execution.jobId);
  return abortUntilIdle(servers.connect(serverOf(execution), session.dialect), session, job?.promptedAt, {
    clock,
    log,
  });
}

/** Aborts until the session is idle and cannot come to life any more. `promptedAt`: absent if no prompt was sent. */
export async function abortUntilIdle(
  server: SessionServer,
  session: Pick<SessionRef, 'id' | 'directory'>,
  promptedAt: string | undefined,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Aborted> {
  const believableFrom = promptedAt === undefined ? 0 : Date.parse(promptedAt) + COLD_START_MS;
  const until = clock.now().getTime() + LIMIT_MS;
  let quiet = 0;
  while (clock.now().getTime() < until) {
    const seen = await abortOnce(server, session, log);
    if (seen === 'gone') return { status: 'gone' };
    if (seen === 'rejected') break;
    // Trouble may also be an answer that is none of OpenCode's: a proxy gives it while the server behind it restarts.
    quiet = seen === 'quiet' ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS && clock.now().getTime() >= believableFrom) return { status: 'stopped' };
    await clock.sleep(PAUSE_MS);
  }
  return { status: 'unconfirmed' };
}

/** Aborts whatever is at work, and says what the server said of it. */
async function abortOnce(
  server: SessionServer,
  session: Pick<SessionRef, 'id' | 'directory'>,
  log: Log,
): Promise<'quiet' | 'at_work' | 'gone' | 'rejected' | 'trouble'> {
  try {
    await server.abort(session.id);
    const atWork = await server.atWork(session.directory, session.id);
    // A sub-agent in the background outlives its parent's run.
    for (const id of atWork) if (id !== session.id) await server.abort(id);
    return atWork.length === 0 ? 'quiet' : 'at_work';
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    if (error.name === 'SessionLost') return 'gone';
    log.warn('Session not aborted', { sessionId: session.id, error: error.name });
    return error.name === 'CredentialsRejected' || error.name === 'EndpointRefused' ? 'rejected' : 'trouble';
  }
}
