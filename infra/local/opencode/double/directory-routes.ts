import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { addWorktree, changedFiles, compare, projectOf, removeWorktree } from './git.ts';
import { type Behaviour, catalogue, type DoubleOptions } from './options.ts';
import type { Places } from './places.ts';
import { type Asked, bare, bodyOf, data, invalid, noContent, Refused, type Route } from './replies.ts';
import type { Store } from './store.ts';

interface Context {
  options: DoubleOptions;
  behaviour: Behaviour;
  places: Places;
  store: Store;
}

const creation = z.object({ projectID: z.string(), from: z.string().optional(), name: z.string() });
const removal = z.object({ projectID: z.string(), directory: z.string(), force: z.boolean() });
const comparison = z.object({
  mode: z.enum(['working', 'branch', 'committed']),
  base: z.string().optional(),
  context: z.coerce.number().int().min(0).optional(),
});

/** A taken name gets a number, up to this one. */
const LAST_SUFFIX = 10;

const worktreeError = (message: string): Refused =>
  new Refused(400, 'WorktreeError', { name: 'WorktreeError', data: { message } });

/** Directories, their catalogues, worktrees and comparisons. */
export function directoryRoutes({ options, behaviour, places, store }: Context): Route[] {
  const reads = new Map<string, number>();
  /** The lists of a directory are empty at first. */
  const catalogueOf = async (asked: Asked, kind: string, items: object[]) => {
    const key = `${kind} ${await places.asked(asked)}`;
    const count = reads.get(key) ?? 0;
    reads.set(key, count + 1);
    return data(count < behaviour.coldReads ? [] : items);
  };
  const models = catalogue.models.map((model) => ({
    ...model,
    enabled: true,
    settings: { apiKey: 'key-of-the-provider' },
  }));
  const agents = catalogue.agents.map((id) => ({ id, name: id.toUpperCase(), mode: 'primary', hidden: false }));

  return [
    {
      method: 'GET',
      path: '/api/location',
      async answer(asked) {
        const directory = await places.asked(asked);
        const project = await projectOf(directory);
        return bare({ directory, project: { ...project, canonical: project.directory } });
      },
    },
    {
      method: 'GET',
      path: '/api/fs/list',
      async answer(asked) {
        const directory = await places.asked(asked);
        const names = await readdir(directory);
        return data(names.map((path) => ({ path })));
      },
    },
    { method: 'GET', path: '/api/model', answer: (asked) => catalogueOf(asked, 'model', models) },
    { method: 'GET', path: '/api/agent', answer: (asked) => catalogueOf(asked, 'agent', agents) },
    {
      method: 'GET',
      path: '/api/worktree',
      answer({ query }) {
        const own = store.worktrees.filter(({ projectID }) => projectID === query.get('projectID'));
        return { status: 200, body: own.map(({ directory }) => ({ directory, strategy: 'git' })) };
      },
    },
    {
      method: 'POST',
      path: '/api/worktree',
      async answer(asked) {
        const { projectID, from = options.directory, name } = bodyOf(asked, creation);
        if ((await projectOf(from)).id !== projectID) throw worktreeError('Worktree source not found');
        await mkdir(options.worktreeDirectory, { recursive: true });
        const directory = await addWorktree(from, await freeName(options.worktreeDirectory, name));
        store.worktrees.push({ projectID, directory });
        store.save();
        return bare({ directory });
      },
    },
    {
      method: 'DELETE',
      path: '/api/worktree',
      async answer(asked) {
        const { projectID, directory, force } = bodyOf(asked, removal);
        const known = store.worktrees.find((each) => each.projectID === projectID && each.directory === directory);
        if (!known) throw worktreeError('Invalid worktree directory');
        if (!force && (await changedFiles(directory)).length > 0) throw worktreeError('The worktree has changes');
        await removeWorktree(options.directory, directory).catch((error: unknown) => {
          throw worktreeError(error instanceof Error ? error.message : 'git failed');
        });
        store.worktrees = store.worktrees.filter((each) => each !== known);
        store.save();
        return noContent;
      },
    },
    {
      method: 'GET',
      path: '/api/vcs/status',
      async answer(asked) {
        const files = await changedFiles(await places.asked(asked));
        return data(files.map((file) => ({ file })));
      },
    },
    {
      method: 'GET',
      path: '/api/vcs/diff',
      async answer(asked) {
        const query = comparison.safeParse(Object.fromEntries(asked.query));
        if (!query.success) throw invalid('mode');
        const { mode, base, context } = query.data;
        const files = await compare(await places.asked(asked), { mode, base, context });
        if (files === 'no_base') throw new Refused(503, 'ServiceUnavailableError');
        return data(files);
      },
    },
    {
      method: 'DELETE',
      path: '/api/debug/location',
      async answer(asked) {
        await places.asked(asked);
        return noContent;
      },
    },
  ];
}

async function freeName(parent: string, name: string): Promise<string> {
  for (let number = 1; number <= LAST_SUFFIX; number++) {
    const directory = join(parent, number === 1 ? name : `${name}-${number}`);
    if (!(await stat(directory).catch(() => undefined))) return directory;
  }
  throw worktreeError('Worktree destination already exists');
}
