import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Call, Client } from '../client.ts';
import { isOpen } from '../is-open.ts';
import { readGitFolder } from './git-folder.ts';
import { at, dataOf, readLocation, unusable } from './location.ts';
import { fromWire, ruleSchema } from './permissions.ts';
import { runCommand } from './shell.ts';

type DirectoryCalls = Pick<
  SessionServer,
  | 'resolveDirectory'
  | 'models'
  | 'agents'
  | 'agentPermissions'
  | 'isOpen'
  | 'gitFolder'
  | 'headCommit'
  | 'disposeInstance'
>;

/** The lists of a directory that the server opens first are empty until its plugins are there, which takes seconds. */
const CATALOGUE_LOOKS = 10;
const CATALOGUE_PAUSE_MS = 1_000;

/** The answer holds the providers' settings with their keys; no more than the names is taken from it. */
const modelsSchema = dataOf(
  z.array(z.object({ providerID: z.string(), id: z.string(), enabled: z.boolean().default(true) })),
);
const agentsSchema = dataOf(
  z.array(z.object({ id: z.string(), permissions: z.array(ruleSchema).optional().catch(undefined) })),
);
const commitSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** Directories and what the server offers in them. */
export const directoryCalls = (client: Client): DirectoryCalls => ({
  async resolveDirectory(directory) {
    if (directory === null) return (await readLocation(client, null)).directory;
    return usableDirectory(client, directory).catch(async (error: unknown) => {
      // Any trouble of the server would be a 500 as well; one that answers without the directory is well.
      if (error instanceof TaskError && error.name === 'WorkspaceFailed') await readLocation(client, null);
      throw error;
    });
  },

  async models(directory) {
    const models = await catalogue(client, { method: 'GET', path: '/api/model', query: at(directory) }, modelsSchema);
    const enabled = models.filter((model) => model.enabled);
    const byProvider = Map.groupBy(enabled, ({ providerID }) => providerID);
    return [...byProvider].map(([providerID, own]) => ({ providerID, modelIDs: own.map(({ id }) => id) }));
  },

  async agents(directory) {
    const agents = await catalogue(client, { method: 'GET', path: '/api/agent', query: at(directory) }, agentsSchema);
    return agents.map(({ id }) => id);
  },

  async agentPermissions(directory, agent) {
    const agents = await catalogue(client, { method: 'GET', path: '/api/agent', query: at(directory) }, agentsSchema);
    return agents.find(({ id }) => id === agent)?.permissions?.map(fromWire);
  },

  isOpen: () => isOpen(client, '/api/agent'),

  gitFolder: (directory) => readGitFolder(client, directory),

  async headCommit(directory) {
    // Without a repository, a commit or git itself the command fails, and there is no commit.
    const { exit, output } = await runCommand(client, directory, 'git rev-parse --verify HEAD');
    return exit === 0 ? (commitSchema.safeParse(output.trim().split('\n').at(-1)).data ?? null) : null;
  },

  async disposeInstance(directory) {
    await client.tell({ method: 'DELETE', path: '/api/debug/location', query: at(directory) });
  },
});

async function usableDirectory(client: Client, directory: string): Promise<string> {
  const onRefusal = unusable(directory);
  const { directory: resolved } = await readLocation(client, directory, { onRefusal });
  const listing = { method: 'GET', path: '/api/fs/list', query: at(directory), size: 'large', onRefusal } as const;
  await client.ask(listing, dataOf(z.array(z.unknown())));
  return resolved;
}

/** An empty list says "ask again", never that there is nothing; what stays empty for ten seconds is. */
async function catalogue<Item>(client: Client, call: Call, schema: z.ZodType<{ data: Item[] }>): Promise<Item[]> {
  for (let look = 1; ; look++) {
    const { data } = await client.ask(call, schema);
    if (data.length > 0 || look === CATALOGUE_LOOKS) return data;
    await client.pause(CATALOGUE_PAUSE_MS);
  }
}
