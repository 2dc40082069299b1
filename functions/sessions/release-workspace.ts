import { errorNameOf } from '../domain/task/errors.ts';
import type { Log, SessionServer } from '../ports.ts';
import type { Workspace } from './workspace.ts';

/**
 * Frees the server's memory for a worktree and, unless it is kept, its disk. A failure is logged and never fatal;
 * false: the worktree is still there. A shared directory is left alone: disposing of it would abort the sessions of
 * others.
 */
export async function releaseWorkspace(
  server: SessionServer,
  { worktree, directory, repository }: Workspace,
  { keep, log }: { keep: boolean; log: Log },
): Promise<boolean> {
  if (!worktree) return true;
  const attempt = (step: string, work: Promise<void>) =>
    work.then(
      () => true,
      (error: unknown) => {
        log.warn('Workspace not released', { step, directory, error: errorNameOf(error) });
        return false;
      },
    );
  await attempt('dispose', server.disposeInstance(directory));
  return keep || attempt('remove', server.removeWorktree(repository, directory));
}
