import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { synthesize } from '../../../infra/local/assembly.ts';
import { startLocalStack } from '../../../infra/local/local-stack.ts';
import { OutcomeLog } from '../../../infra/local/outcome-log.ts';
import { recordCalls } from '../recorded-calls.ts';
import { startAgentServer } from './agent-server.ts';
import { sparing } from './sparing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where files of system tests ask for what they share. */
    shared: string;
  }
}

/**
 * What files of system tests share, made once for the run when the first of them asks for it: the cloud assembly, a
 * stack, two OpenCode servers. They tell their relays, alerts and jobs apart.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-shared-'));
  const stops: (() => Promise<void>)[] = [];
  const outcomes = new OutcomeLog();

  const assembly = once(() => synthesize(folder, { privateHosts: ['127.0.0.1'] }));
  const stack = once(async () => {
    const dataDirectory = join(folder, 'stack');
    const { outputs, awsEndpointUrl, stop } = await startLocalStack({
      assembly: await assembly(),
      dataDirectory: join(dataDirectory, 'aws'),
      logDirectory: join(dataDirectory, 'logs'),
      port: 0,
      warmth: sparing,
      onEvent: (event) => outcomes.add(event),
      ...recordCalls(),
    });
    stops.push(stop);
    return { dataDirectory, outputs, awsEndpointUrl };
  });
  const agentOf = (config: Record<string, unknown>) =>
    once(async () => {
      const { stop, url, username, password, repository } = await startAgentServer({ config });
      stops.push(stop);
      return { url, username, password, repository };
    });
  const answers: Record<string, (id: string) => Promise<unknown>> = {
    assembly,
    stack,
    agent: agentOf({}),
    // Undefined: without a word on permissions, as a server is born.
    'stock-agent': agentOf({ permission: undefined }),
    // Loaded when it is asked for, since it takes CDK along.
    alarms: once(async () => [...(await import('../alarms.ts')).synthesizedAlarms()]),
    outcomes: (alertId) => outcomes.of(alertId),
  };

  const server = createServer(async (request, response) => {
    const [, kind = '', id = ''] = (request.url ?? '').split('/');
    try {
      response.end(JSON.stringify(await answers[kind]?.(id)));
    } catch (error) {
      response.writeHead(500).end(`${kind} is not to be had: ${error instanceof Error ? error.stack : error}`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  project.provide('shared', `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(stops.map((stop) => stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** Begun by the first who asks; all get the same. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
