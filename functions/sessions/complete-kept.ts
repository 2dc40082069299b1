import type { CheckResult } from '../contract/checks.ts';
import type { Collected, SessionRef, TaskInput } from '../contract/execution.ts';
import { limits } from '../contract/limits.ts';
import type { Kept } from '../domain/job/job.ts';
import type { PasswordFilter } from '../domain/secrets/password-filter.ts';
import { errorNameOf } from '../domain/task/errors.ts';
import { cut } from '../domain/text/cut.ts';
import { checksSentence, notRun, outcomeOfChecks } from '../domain/verification/checks.ts';
import type { Log, SessionServer } from '../ports.ts';
import { gitFolderCause } from './cause.ts';
import { compareGitFolder, type StoreResultDeps } from './store-result.ts';

interface OfKept {
  session: SessionRef;
  server: SessionServer;
  filter: PasswordFilter;
  kept: Kept;
}

/**
 * What was collected before the checks, with what they said. The tree is not read again: a check may have changed it,
 * and none of that is the agent's.
 */
export async function completeKept(
  deps: StoreResultDeps,
  { execution, ending, checks, polls }: TaskInput<'collectResult'>,
  { session, server, filter, kept }: OfKept,
): Promise<Collected> {
  await endChecks(server, session, kept, deps.log);
  const gitFolder = await compareGitFolder(deps, execution, { session, filter, server });
  const told = checks ?? notRun(execution.verify?.checks ?? [], 'nobody waited for them');
  const ended = endedAs(kept.collected, { ending, checks: told, required: execution.verify?.required ?? false });
  const changed = gitFolderCause(gitFolder, execution.jobId);
  const cause = changed === false ? ended.cause : `${ended.cause} ${changed}`;
  const collected: Collected = {
    ...kept.collected,
    outcome: ended.outcome,
    cause: cut(filter.without(cause), limits.causeCharacters),
    polls,
    checks: told,
  };
  const { outcome } = collected;
  await deps.results.amend(execution.jobId, { outcome, cause: collected.cause, polls, gitFolder, checks: told });
  return collected;
}

/** An execution that was stopped while checks ran ends as that, whatever they would have said. */
function endedAs(
  { outcome, cause }: Collected,
  {
    ending,
    checks,
    required,
  }: { ending: TaskInput<'collectResult'>['ending']; checks: CheckResult[]; required: boolean },
): Pick<Collected, 'outcome' | 'cause'> {
  if (ending.outcome !== 'completed') return { outcome: ending.outcome, cause: `${ending.cause} ${cause}` };
  return { outcome: outcomeOfChecks(outcome, checks, required), cause: `${checksSentence(checks)} ${cause}` };
}

/** The server's own watch ends them at their time where this does not. */
export async function endChecks(
  server: Pick<SessionServer, 'endChecks'>,
  { repository }: Pick<SessionRef, 'repository'>,
  { checksId }: Pick<Kept, 'checksId'>,
  log: Log,
): Promise<void> {
  const isEnded = await server.endChecks({ id: checksId, repository }).catch((error: unknown) => {
    log.warn('Checks not ended', { repository, error: errorNameOf(error) });
    return true;
  });
  if (!isEnded) log.warn('Checks not ended', { repository, error: 'no answer' });
}
