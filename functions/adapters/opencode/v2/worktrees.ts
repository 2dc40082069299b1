import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { SessionServer } from '../../../ports.ts';
import type { Client } from '../client.ts';
import type { ServerRefusal } from '../refusals.ts';
import { noProject, readLocation } from './location.ts';

type WorktreeCalls = Pick<SessionServer, 'listWorktrees' | 'createWorktree' | 'removeWorktree' | 'isCheckedOut'>;

const path = '/api/worktree';
const worktreeSchema = z.object({ directory: z.string().min(1) });

/** Worktrees belong to a project, which all clones of a repository share; a new one is made from the checkout named. */
export const worktreeCalls = (client: Client): WorktreeCalls => ({
  async listWorktrees(repository) {
    const { project } = await readLocation(client, repository);
    if (project.id === noProject) return [];
    const call = { method: 'GET', path, query: { projectID: project.id }, onRefusal: refusal(repository) } as const;
    return (await client.ask(call, z.array(worktreeSchema))).map(({ directory }) => directory);
  },

  async createWorktree(repository, name) {
    const { project } = await readLocation(client, repository);
    const failed = `No worktree could be made of ${repository}`;
    if (project.id === noProject) throw new TaskError('WorkspaceFailed', `${failed}: it is not a git repository.`);
    const body = { projectID: project.id, from: project.directory, name };
    const call = { method: 'POST', path, body, time: 'create', once: true, onRefusal: refusal(failed) } as const;
    return (await client.ask(call, worktreeSchema)).directory;
  },

  async removeWorktree(repository, directory) {
    const { project } = await readLocation(client, repository);
    // Forced: what the agent changed is stored, or the worktree would not be removed.
    const body = { projectID: project.id, directory, force: true };
    const onRefusal = refusal(`The worktree ${directory} could not be removed`);
    await client.tell({ method: 'DELETE', path, body, onRefusal });
  },

  // The server answers once the files are there and the project's setup script is over, which may leave files of its
  // own.
  isCheckedOut: async () => true,
});

/** What git said is left out: it may quote anything. */
const refusal =
  (what: string) =>
  ({ name }: ServerRefusal): TaskError | undefined =>
    name === 'WorktreeError' || name === 'ProjectNotFoundError'
      ? new TaskError('WorkspaceFailed', `${what}: the server refused it (${name}).`)
      : undefined;
