import type { TaskErrorName } from '../../contract/error-names.ts';
import type { ServerFindings, ServerProblem, ServerToCheck } from '../../contract/server-check.ts';
import { gitStateOf } from '../../domain/repository/git-state.ts';
import { isUnlimited, remainingAsks } from '../../domain/rule/permissions.ts';
import { forEachConcurrently } from '../../domain/task/concurrency.ts';
import { TaskError } from '../../domain/task/errors.ts';
import type { Clock, OriginBindings, SessionServer, SessionServers } from '../../ports.ts';
import { checkAgent, checkModel } from '../../sessions/preflight.ts';

interface CheckServersDeps {
  servers: SessionServers;
  clock: Pick<Clock, 'sleep'>;
}

/** After this the answer goes out with what is known: the person who asked waits 10 s at most. */
const DEADLINE_MS = 5_500;
/** Most of the time is waiting; a server is usually asked four short questions. */
const CHECKS_AT_ONCE = 16;

/** What the caller has read of the integrations' rows: a check binds none. */
export function bindingsOf({ servers }: { servers: ServerToCheck[] }): OriginBindings {
  const origins = new Map(servers.map((server) => [server.integrationId, server.origins]));
  return { originsOf: async (integrationId) => origins.get(integrationId) ?? [] };
}

/** Looks at the server of each rule as a session would before it starts. Changes nothing there. */
export async function checkServers(
  { servers, clock }: CheckServersDeps,
  { servers: targets }: { servers: ServerToCheck[] },
): Promise<{ findings: ServerFindings[] }> {
  const found = new Map<ServerToCheck, ServerFindings>();
  const all = forEachConcurrently(targets, CHECKS_AT_ONCE, async (target) => {
    found.set(target, await look(servers, target));
  });
  await Promise.race([all, clock.sleep(DEADLINE_MS)]);
  return { findings: targets.map((target) => found.get(target) ?? outOfTime()) };
}

async function look(servers: SessionServers, target: ServerToCheck): Promise<ServerFindings> {
  const findings: ServerFindings = { version: null, problems: [] };
  const attempt = async (refused: ServerProblem, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      // A server that told its version is there; it is only too slow now, as with a directory that it opens first.
      const slow = error.name === 'ServerUnreachable' && findings.version !== null;
      const code = slow ? 'server_not_checked' : (problems[error.name] ?? refused);
      findings.problems.push({ code, message: error.message });
    }
  };
  await attempt('server_not_checked', async () => {
    const { server, version, untested } = await servers.recognise(target);
    findings.version = version;
    if (untested !== null) findings.problems.push({ code: 'server_untested', message: untested });
    const directory = await server.resolveDirectory(target.directory);
    await attempt('unknown_model', () => checkModel(server, target, directory));
    await attempt('unknown_agent', () => checkAgent(server, target, directory));
    // A server that is too slow now is not asked for more.
    if (findings.problems.some(({ code }) => code === 'server_not_checked')) return;
    await attempt('server_not_checked', async () => {
      findings.problems.push(...(await looseEnds(server, target, directory)));
      const content = await server.gitFolder(directory);
      if (content) findings.repository = { directory, state: gitStateOf(content) };
    });
    if (target.workspace !== 'shared') return;
    const message = await whyUnrecorded(server, directory);
    if (message !== undefined) findings.problems.push({ code: 'changes_not_recorded', message });
  });
  return findings;
}

/** Why nothing that an agent changes in a shared directory would be told: there only what the server records is. */
async function whyUnrecorded(server: SessionServer, directory: string): Promise<string | undefined> {
  const isRepository = (await server.headCommit(directory)) !== null;
  if (isRepository && (await server.takesSnapshots(directory))) return undefined;
  const why = isRepository
    ? 'its snapshots are switched off ("snapshot": false)'
    : 'it is no git repository with a commit';
  return `What an agent changes in ${directory} is not recorded, because ${why}: every session there ends without a patch.`;
}

/** The agent that a session without one of its own has. */
const DEFAULT_AGENT = 'build';
const MOST_NAMED = 5;

/** What lets an agent do more than the rule says, or wait for ever. */
async function looseEnds(
  server: SessionServer,
  { agent, permissions: { profile, rules } }: ServerToCheck,
  directory: string,
): Promise<ServerFindings['problems']> {
  const own = (await server.agentPermissions(directory, agent ?? DEFAULT_AGENT)) ?? [];
  const found: ServerFindings['problems'] = [];
  const asks = remainingAsks(own, rules).map(({ action, resource }) => `${action} ${resource}`);
  if (asks.length > 0) {
    const named = asks.slice(0, MOST_NAMED).join(', ') + (asks.length > MOST_NAMED ? ', …' : '');
    const message = `The server asks before its agent may do this, and nobody answers, so a session ends as blocked: ${named}.`;
    found.push({ code: 'agent_asks', message });
  }
  if (isUnlimited(own, rules)) {
    const message = `With config.permissions "${profile}" nothing is denied to the agent of this server. Leave the option out, or limit the agent in the server's configuration.`;
    found.push({ code: 'agent_unlimited', message });
  }
  if (await server.isOpen()) {
    const message =
      'The server answers without a password: whoever reaches it works as its agents do. Set OPENCODE_SERVER_PASSWORD there.';
    found.push({ code: 'server_without_password', message });
  }
  return found;
}

/** By the error's name. What a preflight refuses by another name is told by the caller. */
const problems: Partial<Record<string, ServerProblem>> = {
  ServerUnreachable: 'server_unreachable',
  CredentialsRejected: 'credentials_rejected',
  EndpointRefused: 'endpoint_refused',
  ServerUnsupported: 'server_unsupported',
  WorkspaceFailed: 'directory_not_usable',
} satisfies Partial<Record<TaskErrorName, ServerProblem>>;

const outOfTime = (): ServerFindings => ({
  version: null,
  problems: [{ code: 'server_not_checked', message: 'There was no time left to look at the server. Try again.' }],
});
