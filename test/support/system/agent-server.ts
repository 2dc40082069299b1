import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createSampleRepository } from '../../../infra/local/opencode/sample-repository.ts';
import { startScriptedModel } from '../../../infra/local/opencode/scripted-model.ts';
import { startOpenCode } from '../../../infra/local/opencode/server.ts';
import { askShared } from './ask-shared.ts';
import { freePort } from './free-port.ts';
import type { ServerAccess } from './system.ts';

/** A real OpenCode server with a scripted model. */
export interface Agent extends ServerAccess {
  repository: string;
}

/** One that a test has for itself. */
export interface AgentServer extends Agent {
  /** Ends the server as a crash would, and starts it again on the same port and store. */
  restart(options?: { password?: string }): Promise<void>;
  stop(): Promise<void>;
}

/** The server of all system tests that neither restart nor configure it. */
export const sharedAgent = async (): Promise<Agent> => agentSchema.parse(await askShared('agent'));

/**
 * The shared server that says nothing of permissions: its agents may do all but ask for a few things. A repository has
 * its own word in an `opencode.json`.
 */
export const sharedStockAgent = async (): Promise<Agent> => agentSchema.parse(await askShared('stock-agent'));

/** A repository beside the server's own, with a configuration that the server merges into its own. */
export async function repositoryWith(agent: Agent, name: string, config: object): Promise<string> {
  const directory = join(agent.repository, '..', name);
  await mkdir(directory);
  await writeFile(join(directory, 'opencode.json'), JSON.stringify(config));
  await createSampleRepository(directory);
  return directory;
}

const agentSchema = z.object({ url: z.string(), username: z.string(), password: z.string(), repository: z.string() });

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
  const ownPassword = `system-test-${randomUUID()}`;
  let server = await start(ownPassword);
  return {
    url: server.url,
    username: 'alice',
    password: ownPassword,
    repository,
    async restart({ password = ownPassword } = {}) {
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
