import { changedFiles, unreadPaths } from '../../../domain/repository/git-state.ts';
import { acceptRepository as accepted, repositoryId } from '../../../domain/repository/repository-guard.ts';
import { errorNameOf } from '../../../domain/task/errors.ts';
import { lost, retryLost } from '../../../domain/task/lost-writes.ts';
import type { Clock, IntegrationStore, JobStore, Log, RepositoryGuards, ServerChecks } from '../../../ports.ts';
import { conflict } from '../change.ts';
import { type ApiRefusal, notFound } from '../refusal.ts';

export interface AcceptRepositoryDeps {
  jobs: Pick<JobStore, 'get'>;
  integrations: Pick<IntegrationStore, 'get'>;
  servers: ServerChecks;
  guards: RepositoryGuards;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

interface AcceptedRepository {
  endpoint: string;
  directory: string;
  /** What was not as it had been accepted before. */
  changed: string[];
  /** What is there and cannot be read. */
  unread: string[];
}

const TRIES = 10;

/**
 * Takes the git folder of the repository that a job was to work in as it is: the server is asked now, so that exactly
 * what stands there is accepted, and whatever comes after it is another change.
 */
export async function acceptRepository(
  deps: AcceptRepositoryDeps,
  jobId: string,
): Promise<AcceptedRepository | ApiRefusal> {
  const job = await deps.jobs.get(jobId);
  if (!job) return notFound('agent job');
  const { integrationId, endpoint, model, agent, directory, workspace, permissions } = job.input.session;
  const integration = await deps.integrations.get(integrationId);
  if (!integration) return conflict('The integration of the job is gone, so that its server cannot be asked.');
  const asked = { integrationId, endpoint, model, agent, directory, workspace, permissions };
  const origins = integration.binding?.origins ?? [];
  const [findings] = await check(deps, { ...asked, origins, ruleName: job.input.rule.name });
  if (!findings) return conflict('The check of the server failed or took too long. Try again.');
  const { repository, problems } = findings;
  if (!repository) {
    const [why] = problems.map(({ message }) => message);
    return conflict(`The git folder could not be read: ${why ?? 'the directory is in no git repository.'}`);
  }
  const id = repositoryId(endpoint, repository.directory);
  const written = await retryLost(TRIES, async () => {
    const { guard, version } = await deps.guards.read(id);
    const next = accepted(guard, repository.state, deps.clock.now().toISOString());
    if (!(await deps.guards.write(id, next, version))) return lost;
    return guard ? changedFiles(guard.known, repository.state) : [];
  });
  if (written === lost) return conflict('Sessions begin and end there all the time. Try again.');
  return { endpoint, directory: repository.directory, changed: written, unread: unreadPaths(repository.state) };
}

async function check({ servers, log }: AcceptRepositoryDeps, server: Parameters<ServerChecks['check']>[0][number]) {
  try {
    return await servers.check([server]);
  } catch (error) {
    log.warn('Servers not checked', { error: errorNameOf(error) });
    return [];
  }
}
