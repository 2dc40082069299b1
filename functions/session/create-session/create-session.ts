import type { ExecutionInput, SessionRef, TaskInput } from '../../contract/execution.ts';
import { serverOf } from '../../domain/job/server-of.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { JobStore, Log, RecognisedServer, RepositoryGuards, SessionServers } from '../../ports.ts';
import { findOrCreate } from '../../sessions/find-or-create.ts';
import { enterGuarded, withdrawGuarded } from '../../sessions/guard-repository.ts';
import { checkPermissions, permissionsFor } from '../../sessions/permissions.ts';
import { checkModelAndAgent } from '../../sessions/preflight.ts';
import { describeSession, sessionTitle } from '../../sessions/session-ref.ts';
import { checkedOut, prepareWorkspace, setBase, type Workspace } from '../../sessions/workspace.ts';
import { type AwaitSlotDeps, awaitSlot } from './await-slot.ts';
import { type NoteStartDeps, noteStart } from './note-start.ts';

interface CreateSessionDeps extends AwaitSlotDeps {
  servers: SessionServers;
  guards: RepositoryGuards;
  jobs: AwaitSlotDeps['jobs'] & NoteStartDeps['jobs'] & Pick<JobStore, 'recordSession'>;
  log: Log;
}

/**
 * Once the session may begin (SlotNotFree: not yet), checks the server and the rule's settings, then prepares workspace
 * and session. Repeated after a lost answer it finds what the first try made.
 */
export async function createSession(deps: CreateSessionDeps, input: TaskInput<'createSession'>): Promise<SessionRef> {
  await noteStart(deps, input);
  await awaitSlot(deps, input);
  const { execution } = input;
  const recognised = await deps.servers.recognise(serverOf(execution));
  const { server } = recognised;
  const repository = await server.resolveDirectory(execution.session.directory);
  await checkModelAndAgent(server, execution, repository);
  const guarded = { jobId: execution.jobId, endpoint: execution.session.endpoint, repository };
  // Before a worktree is made: the server's own git would run what another session has left there.
  await enterGuarded(deps, server, guarded);
  // Another try goes on with this workspace; the ending removes it where there is none.
  const workspace = await prepareWorkspace(server, execution, repository, deps.clock);
  try {
    return await startSession(deps, recognised, execution, workspace);
  } catch (error) {
    // An unreachable server and trouble of our own are tried again.
    const isRepeated = !(error instanceof TaskError) || error.name === 'ServerUnreachable';
    if (!isRepeated) await withdrawGuarded(deps, guarded);
    throw error;
  }
}

async function startSession(
  { jobs, clock }: CreateSessionDeps,
  recognised: RecognisedServer,
  execution: ExecutionInput,
  workspace: Workspace,
): Promise<SessionRef> {
  const { server } = recognised;
  await checkedOut(server, workspace, clock);
  await setBase(server, workspace, execution);
  const { jobId, alert, relay, rule } = execution;
  const { model, agent, permissions } = execution.session;
  const metadata = { jobId, alertId: alert.id, relayId: relay.id, ruleId: rule.id };
  const wanted = {
    jobId,
    directory: workspace.directory,
    title: sessionTitle(execution),
    metadata,
    model,
    agent,
    ...permissionsFor(permissions),
  };
  const session = await findOrCreate(clock, {
    find: () => server.findSession(wanted),
    create: () => server.createSession(wanted),
  });
  checkPermissions(session, execution, recognised.version);
  const ref = await describeSession(server, execution, workspace, session, recognised);
  if (await jobs.recordSession(jobId, ref)) return ref;
  throw new TaskError(
    'SessionLost',
    'The execution was stopped while its session was being created. Nothing was sent.',
  );
}
