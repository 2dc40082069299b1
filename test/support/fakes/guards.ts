import type { GitFolderContent } from '../../../functions/domain/repository/git-state.ts';
import { type RepositoryGuard, repositoryId } from '../../../functions/domain/repository/repository-guard.ts';
import type { RepositoryGuards } from '../../../functions/ports.ts';
import { late } from './late.ts';

/** Guards of repositories, under the rules of the port. */
export function fakeGuards() {
  const rows = new Map<string, { guard: RepositoryGuard; version: number }>();
  const store: RepositoryGuards = late<RepositoryGuards>({
    read: async (id) => rows.get(id) ?? { guard: undefined, version: 0 },
    async write(id, guard, version) {
      if ((rows.get(id)?.version ?? 0) !== version) return false;
      rows.set(id, { guard, version: version + 1 });
      return true;
    },
  });
  return {
    store,
    guardOf: (endpoint: string, directory: string) => rows.get(repositoryId(endpoint, directory))?.guard,
  };
}

/** A git folder with these files, beside a configuration. */
export const gitFolder = (files: Record<string, string | null> = {}, branches = {}): GitFolderContent => ({
  files: new Map(Object.entries({ config: '[core]\n\tbare = false', ...files })),
  branches: new Map(Object.entries(branches)),
  complete: true,
});
