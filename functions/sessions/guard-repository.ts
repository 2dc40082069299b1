import type { GitState } from '../contract/git-state.ts';
import { limits } from '../contract/limits.ts';
import { gitStateOf } from '../domain/repository/git-state.ts';
import {
  enterRepository,
  leaveRepository,
  type RepositoryBlock,
  type RepositoryGuard,
  type RepositoryReport,
  repositoryId,
  withdrawFrom,
} from '../domain/repository/repository-guard.ts';
import { errorNameOf, TaskError } from '../domain/task/errors.ts';
import { lost, retryLost } from '../domain/task/lost-writes.ts';
import { listed } from '../domain/text/listed.ts';
import { oneLine } from '../domain/text/untrusted-text.ts';
import type { Clock, Log, RepositoryGuards, SessionServer } from '../ports.ts';

interface GuardDeps {
  guards: RepositoryGuards;
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Log;
}

/** Whose session it is, and where. */
interface GuardedSession {
  jobId: string;
  endpoint: string;
  /** As the server names it. */
  repository: string;
}

/** Sessions that begin and end at once meet at one row; each that loses has another one win. */
const TRIES = 20;
const PAUSE_MS = 50;

/**
 * Throws WorkspaceFailed, before anything that a session leaves could be run by the next, where the repository's git
 * folder is not as it was accepted. A directory of no repository shares nothing of the kind.
 */
export async function enterGuarded(deps: GuardDeps, server: SessionServer, session: GuardedSession): Promise<void> {
  const content = await server.gitFolder(session.repository);
  if (!content) return;
  const state = gitStateOf(content);
  const block = await change(deps, session, (guard, passing) => {
    const entered = enterRepository(guard, state, passing);
    return { guard: entered.guard, result: entered.block };
  });
  if (block) throw refused(session, block);
}

/** The session that was let in was not made. */
export const withdrawGuarded = (deps: GuardDeps, session: GuardedSession): Promise<void> =>
  change(deps, session, (guard, { jobId }) => ({
    guard: guard && withdrawFrom(guard, jobId),
    result: undefined,
  })).catch(noted(deps, session));

/**
 * What a session that has ended has left in the git folder; null where that is not known, and the next session's own
 * look tells. Never fatal: a result is worth more. `server` is absent where it does not answer any more.
 */
export async function leaveGuarded(
  deps: GuardDeps,
  server: SessionServer | undefined,
  session: GuardedSession,
): Promise<RepositoryReport | null> {
  try {
    // Of a directory of no repository there is none.
    const { guard: entered } = await deps.guards.read(repositoryId(session.endpoint, session.repository));
    if (!entered) return null;
    const state = await readState(deps, server, session);
    return await change<RepositoryReport | null>(deps, session, (guard = entered, passing) => {
      const { guard: next, report } = leaveRepository(guard, state, passing);
      return { guard: next, result: report };
    });
  } catch (error) {
    noted(deps, session)(error);
    return null;
  }
}

async function readState(
  deps: GuardDeps,
  server: SessionServer | undefined,
  session: GuardedSession,
): Promise<GitState | null> {
  try {
    const content = await server?.gitFolder(session.repository);
    return content ? gitStateOf(content) : null;
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    noted(deps, session)(error);
    return null;
  }
}

const noted =
  ({ log }: GuardDeps, { jobId, repository }: GuardedSession) =>
  (error: unknown): undefined => {
    log.warn('Git folder not compared', { guard: 'git_folder', jobId, repository, error: errorNameOf(error) });
  };

interface Change<Result> {
  /** Undefined: nothing is to be written. */
  guard: RepositoryGuard | undefined;
  result: Result;
}

async function change<Result>(
  { guards, clock }: GuardDeps,
  { jobId, endpoint, repository }: GuardedSession,
  next: (guard: RepositoryGuard | undefined, passing: { jobId: string; at: string }) => Change<Result>,
): Promise<Result> {
  const id = repositoryId(endpoint, repository);
  const written = await retryLost(TRIES, async (tried) => {
    if (tried > 0) await clock.sleep(PAUSE_MS);
    const { guard: stored, version } = await guards.read(id);
    const { guard, result } = next(stored, { jobId, at: clock.now().toISOString() });
    const isWritten = guard === undefined || (await guards.write(id, guard, version));
    return isWritten ? result : lost;
  });
  if (written === lost) throw new Error(`The guard of ${repository} was changed by others ${TRIES} times`);
  return written;
}

const MAX_LISTED = 5;
const NAME_CHARACTERS = 60;

/** Names that an agent may have written, for a sentence. */
export const listedNames = (names: string[]): string =>
  listed(
    names.map((name) => oneLine(name).slice(0, NAME_CHARACTERS)),
    MAX_LISTED,
  );

/** What is to be done about a block. `jobId`: of any session that was to run there. */
export const blockAdvice = (jobId: string): string =>
  'Look at it on the server (git config --local --list, ls .git/hooks .git/info), put right what nobody of you did, ' +
  `then accept it: npm run accept -- ${jobId}.`;

function refused({ jobId, repository }: GuardedSession, { at, changed, jobIds }: RepositoryBlock): TaskError {
  const meanwhile = jobIds.length === 0 ? '' : `; meanwhile ran ${listedNames(jobIds)}`;
  const message =
    `The git folder of ${repository} is not as it was accepted: ${listedNames(changed)} (found ${at}${meanwhile}). ` +
    `What stands there may be run by the next session, so none is started. ${blockAdvice(jobId)}`;
  return new TaskError('WorkspaceFailed', message.slice(0, limits.causeCharacters));
}
