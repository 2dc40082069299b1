import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../../functions/domain/session/session.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { type Double, startDouble } from '../../../infra/local/opencode/double/double.ts';
import type { Behaviour } from '../../../infra/local/opencode/double/options.ts';
import { createSampleRepository } from '../../../infra/local/opencode/sample-repository.ts';
import { connectDriver } from './driver.ts';
import type { ServerAccess } from './system.ts';
import type { FailureHost } from './twelve-failures.ts';

export interface DoubleServer extends ServerAccess, FailureHost {
  double: Double;
  server: SessionServer;
  /** One request as the relay does not make it. */
  request(method: string, path: string, body?: object): Promise<Response>;
}

/** A double of a 2.x server with a repository of its own, in a temporary folder, and what takes both away again. */
export async function startDoubleServer(
  behaviour: Partial<Behaviour> = {},
): Promise<{ host: DoubleServer; stop(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'opencode-relay-double-')));
  const directory = join(folder, 'repository');
  await createSampleRepository(directory);
  const worktreeDirectory = join(folder, 'worktrees');
  await mkdir(worktreeDirectory);
  const access = { username: 'opencode', password: 'double-test-password' };
  const double = await startDouble({
    password: access.password,
    directory,
    worktreeDirectory,
    behaviour: { coldReads: 0, retryMs: 20, ...behaviour },
  });
  const authorization = `Basic ${Buffer.from(`opencode:${access.password}`).toString('base64')}`;
  const request = (method: string, path: string, body?: object) =>
    fetch(`${double.url}${path}`, { method, headers: { authorization }, ...(body && { body: JSON.stringify(body) }) });

  async function reject({ id }: Session): Promise<void> {
    const listed: unknown = await (await request('GET', `/api/session/${id}/permission`)).json();
    const [, ask = ''] = /"id":"(per_\w+)"/.exec(JSON.stringify(listed)) ?? [];
    await request('POST', `/api/session/${id}/permission/${ask}/reply`, { decision: 'reject' });
  }
  const host: DoubleServer = {
    ...access,
    url: double.url,
    double,
    server: connectDriver({ ...access, url: double.url }, 'v2'),
    dialect: 'v2',
    directory,
    speed: 300,
    pollMs: 50,
    request,
    reject,
  };
  return {
    host,
    async stop() {
      await double.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
