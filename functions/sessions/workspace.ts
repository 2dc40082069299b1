import type { ExecutionInput } from '../contract/execution.ts';
import { TaskError } from '../domain/task/errors.ts';
import type { Clock, SessionServer } from '../ports.ts';
import { findOrCreate } from './find-or-create.ts';

/** Where a session works: a worktree of its own, or the shared repository itself. */
export interface Workspace {
  directory: string;
  repository: string;
  worktree: boolean;
}

/**
 * 4,000 files take 1.7 s on two cores, so this is enough for 170,000 and still fits into the function's two minutes.
 */
const CHECKOUT_LIMIT_MS = 75_000;
const CHECKOUT_PAUSE_MS = 500;

/** The job's workspace if it is there already: creating a worktree a second time would make a second one. */
export async function findWorkspace(
  server: SessionServer,
  execution: ExecutionInput,
  repository: string,
): Promise<Workspace | undefined> {
  if (execution.session.workspace === 'shared') return { directory: repository, repository, worktree: false };
  const name = worktreeName(execution.jobId);
  const own = (await server.listWorktrees(repository)).filter((path) => isNamed(path, name));
  // Sorted: had a lost answer left two, every repeat would take the same one.
  const directory = own.sort()[0];
  return directory === undefined ? undefined : { directory, repository, worktree: true };
}

/**
 * The job's workspace, made if need be. The server answers before the files of a worktree are there: see `checkedOut`.
 */
export async function prepareWorkspace(
  server: SessionServer,
  execution: ExecutionInput,
  repository: string,
  clock: Pick<Clock, 'sleep'>,
): Promise<Workspace> {
  try {
    return await findOrCreate(clock, {
      find: () => findWorkspace(server, execution, repository),
      async create() {
        const directory = await server.createWorktree(repository, worktreeName(execution.jobId));
        return { directory, repository, worktree: true };
      },
    });
  } catch (error) {
    if (!(error instanceof TaskError) || error.name !== 'WorkspaceFailed') throw error;
    throw new TaskError('WorkspaceFailed', `${error.message} ${worktreeAdvice(execution)}`, { cause: error });
  }
}

const worktreeAdvice = ({ rule }: ExecutionInput): string =>
  'A worktree needs a git repository with a commit: ' +
  `name one in config.directory of rule "${rule.name}", or set "workspace": "shared" there.`;

/** Resolves once all files of a worktree are on disk. An agent that starts earlier works on half a repository. */
export async function checkedOut(server: SessionServer, workspace: Workspace, clock: Clock): Promise<void> {
  if (!workspace.worktree) return;
  const until = clock.now().getTime() + CHECKOUT_LIMIT_MS;
  while (clock.now().getTime() < until) {
    if (await server.isCheckedOut(workspace.directory)) return;
    await clock.sleep(CHECKOUT_PAUSE_MS);
  }
  throw new TaskError(
    'WorkspaceFailed',
    `The worktree of ${workspace.repository} was not checked out cleanly within ${CHECKOUT_LIMIT_MS / 1000} s. ` +
      'If a checkout of this repository never equals its commit (line endings, Git LFS), or takes longer, ' +
      'set "workspace": "shared" in the rule.',
  );
}

/** Sets a worktree of the session's own to what the catalogue names, before anybody works in it. */
export async function setBase(
  server: SessionServer,
  { worktree, directory, repository }: Workspace,
  { catalogue }: ExecutionInput,
): Promise<void> {
  if (!worktree || catalogue?.baseRef === undefined) return;
  const { entry, baseRef } = catalogue;
  const first = await server.setBase(directory, baseRef);
  // One that runs no command and one that was away for a moment look the same: the question throws while it is.
  if (first === 'failed') await server.headCommit(directory);
  const set = first === 'failed' ? await server.setBase(directory, baseRef) : first;
  if (set === 'done') return;
  const why =
    set === 'unknown'
      ? 'the repository has no such branch, tag or commit, and nothing is fetched for a session'
      : 'its server could not run git there';
  const advice = `Correct baseRef of entry "${entry}" in the catalogue, or have the server fetch it.`;
  throw new TaskError('WorkspaceFailed', `The worktree of ${repository} was not set to ${baseRef}: ${why}. ${advice}`);
}

/** The server turns a worktree's name into a slug; hex digits and hyphens are their own slug. */
const worktreeName = (jobId: string): string => `relay-${jobId.replace(/^job_/, '')}`;

/** The server adds a suffix where a name is taken. */
function isNamed(path: string, name: string): boolean {
  const folder = path.split(/[\\/]/).at(-1) ?? '';
  return folder === name || folder.startsWith(`${name}-`);
}
