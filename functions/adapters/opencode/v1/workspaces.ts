import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import { isOpen } from '../is-open.ts';
import type { ServerRefusal } from '../refusals.ts';
import { readGitFolder } from './git-folder.ts';
import { readHeadCommit } from './head-commit.ts';
import { fromWire, ruleSchema } from './permissions.ts';

type WorkspaceCalls = Pick<
  SessionServer,
  | 'resolveDirectory'
  | 'models'
  | 'agents'
  | 'agentPermissions'
  | 'isOpen'
  | 'gitFolder'
  | 'headCommit'
  | 'listWorktrees'
  | 'createWorktree'
  | 'removeWorktree'
  | 'isCheckedOut'
  | 'disposeInstance'
>;

const pathSchema = z.object({ directory: z.string().min(1) });
const listing = z.array(z.unknown());
/** The answer quotes the providers' API keys; no more than the names is taken from it. */
const providersSchema = z.object({
  providers: z.array(z.object({ id: z.string(), models: z.record(z.string(), z.unknown()) })),
});
const worktrees = '/experimental/worktree';

/** Up to 1.0 an agent has an object in the place of the list, which nothing is read of. */
const agentRulesSchema = z.array(
  z.object({ name: z.string(), permission: z.array(ruleSchema).optional().catch(undefined) }),
);

/** Directories, worktrees and what the server offers in them. */
export const workspaceCalls = (client: Client): WorkspaceCalls => ({
  async resolveDirectory(directory) {
    if (directory === null) return ownDirectory(client);
    return usableDirectory(client, directory).catch(async (error: unknown) => {
      // Any trouble of the server would be a 500 as well; one that answers without the directory is well.
      if (error instanceof TaskError && error.name === 'WorkspaceFailed') await ownDirectory(client);
      throw error;
    });
  },

  async models(directory) {
    const call = { method: 'GET', path: '/config/providers', query: { directory } } as const;
    const { providers } = await client.ask(call, providersSchema);
    return providers.map(({ id, models }) => ({ providerID: id, modelIDs: Object.keys(models) }));
  },

  async agents(directory) {
    const schema = z.array(z.object({ name: z.string() }));
    const agents = await client.ask({ method: 'GET', path: '/agent', query: { directory } }, schema);
    return agents.map(({ name }) => name);
  },

  async agentPermissions(directory, agent) {
    const agents = await client.ask({ method: 'GET', path: '/agent', query: { directory } }, agentRulesSchema);
    return agents.find(({ name }) => name === agent)?.permission?.map(fromWire);
  },

  isOpen: () => isOpen(client, '/global/health'),

  gitFolder: (directory) => readGitFolder(client, directory),

  headCommit: (directory) => readHeadCommit(client, directory),

  listWorktrees: (repository) =>
    client.ask({ method: 'GET', path: worktrees, query: { directory: repository } }, z.array(z.string())),

  async createWorktree(repository, name) {
    const { directory } = await client.ask(
      {
        method: 'POST',
        path: worktrees,
        query: { directory: repository },
        body: { name },
        time: 'create',
        once: true,
        onRefusal: worktreeRefusal(`No worktree could be made of ${repository}`),
      },
      pathSchema,
    );
    return directory;
  },

  async removeWorktree(repository, directory) {
    const onRefusal = worktreeRefusal(`The worktree ${directory} could not be removed`);
    const query = { directory: repository };
    await client.tell({ method: 'DELETE', path: worktrees, query, body: { directory }, onRefusal });
  },

  // The server answers before the files are there; then the working tree equals its commit.
  isCheckedOut: async (worktree) => (await readChangedPaths(client, worktree)).length === 0,

  async disposeInstance(directory) {
    await client.tell({ method: 'POST', path: '/instance/dispose', query: { directory } });
  },
});

/** Paths that differ from HEAD; none where the working tree equals its commit. */
export async function readChangedPaths(client: Client, directory: string): Promise<string[]> {
  const call = { method: 'GET', path: '/vcs/status', query: { directory }, size: 'large' } as const;
  const changed = await client.ask(call, z.array(z.object({ file: z.string() })));
  return changed.map(({ file }) => file);
}

const ownDirectory = async (client: Client): Promise<string> =>
  (await client.ask({ method: 'GET', path: '/path' }, pathSchema)).directory;

/**
 * As the server names it. A directory that is not there is accepted everywhere, and a session in it dies in silence;
 * its listing alone tells, by a 500. A file is a 500 on every route.
 */
async function usableDirectory(client: Client, directory: string): Promise<string> {
  const onRefusal = ({ status }: ServerRefusal) =>
    status === 500
      ? new TaskError(
          'WorkspaceFailed',
          `The server has no usable directory ${directory}. Correct config.directory of the rule: an absolute path on the server's disk.`,
        )
      : undefined;
  const query = { directory };
  const resolved = await client.ask({ method: 'GET', path: '/path', query, onRefusal }, pathSchema);
  await client.ask({ method: 'GET', path: '/file', query: { ...query, path: '.' }, size: 'large', onRefusal }, listing);
  return resolved.directory;
}

/** What git said is left out: it may quote anything. */
const worktreeRefusal =
  (what: string) =>
  ({ name }: ServerRefusal): TaskError | undefined => {
    if (!name?.startsWith('Worktree')) return undefined;
    const reason = name === 'WorktreeNotGitError' ? 'it is not a git repository' : `git refused it (${name})`;
    return new TaskError('WorkspaceFailed', `${what}: ${reason}.`);
  };
