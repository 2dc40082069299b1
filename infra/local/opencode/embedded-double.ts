import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { startDouble } from './double/double.ts';
import { createSampleRepository } from './sample-repository.ts';

/** What is said of it wherever it is started: it must not be taken for the server that it stands for. */
export const doubleNotice =
  'OpenCode 2.x is a double here: it has the HTTP of 2.0.26 by its source and plays scripts. No released 2.x server is run.';

/** Stands in for a 2.x server in the local stack: with the sample repository, and sessions that outlive a restart. */
export async function startEmbeddedDouble(
  dataDirectory: string,
  { port, password }: { port: number; password: string },
): Promise<{ url: string; version: string; stop(): Promise<void> }> {
  const repository = join(dataDirectory, 'repository');
  await createSampleRepository(repository);
  const data = join(dataDirectory, 'opencode-2');
  await mkdir(join(data, 'worktrees'), { recursive: true, mode: 0o700 });
  return startDouble({
    port,
    password,
    directory: await realpath(repository),
    worktreeDirectory: await realpath(join(data, 'worktrees')),
    stateFile: join(data, 'sessions.json'),
  });
}
