import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSampleRepository } from '../../../infra/local/opencode/sample-repository.ts';
import { startScriptedModel } from '../../../infra/local/opencode/scripted-model.ts';
import { startOpenCode } from '../../../infra/local/opencode/server.ts';
import { freePort } from './free-port.ts';
import type { ServerAccess } from './system.ts';

export interface AgentServer extends ServerAccess {
  repository: string;
  /** Ends the server as a crash would, and starts it again on the same port and store. */
  restart(options?: { password?: string }): Promise<void>;
  stop(): Promise<void>;
}

/** A real OpenCode server with a scripted model and a repository of its own, in a temporary folder. */
export async function startAgentServer(options: { config?: Record<string, unknown> } = {}): Promise<AgentServer> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-agent-'));
  const repository = join(folder, 'repository');
  await createSampleRepository(repository);
  const model = await startScriptedModel();
  const port = await freePort();
  const start = (password: string) =>
    startOpenCode({
      dataDirectory: join(folder, 'opencode'),
      repository,
      modelUrl: model.url,
      username: 'alice',
      password,
      port,
      ...options,
    });
  let server = await start('system-test-password');
  return {
    url: server.url,
    username: 'alice',
    password: 'system-test-password',
    repository,
    async restart({ password = 'system-test-password' } = {}) {
      await server.stop();
      server = await start(password);
    },
    async stop() {
      await server.stop();
      await model.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
