import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { connectServerChecks } from '../../functions/adapters/server-checks.ts';
import type { ServerToCheck } from '../../functions/contract/server-check.ts';
import { startAwsEndpoint } from '../../infra/local/aws/endpoint.ts';
import type { Invocation } from '../../infra/local/lambda/invocation.ts';
import { startAws } from '../infra/local/aws/fixture.ts';

const target: ServerToCheck = {
  integrationId: 'int_1',
  endpoint: 'https://opencode.internal.corp',
  model: null,
  agent: null,
  directory: null,
  permissions: { profile: 'fix', rules: [] },
  origins: ['https://opencode.internal.corp'],
  workspace: 'worktree',
  ruleName: 'Fix ✔ checkout',
};
const clientAt = (endpoint: string) =>
  new LambdaClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/** The SDK against the local endpoint, with a function `check` that answers as given. */
async function prepare(invocation: Invocation) {
  const { tables, states, secrets, queues, buses, buckets, close } = await startAws();
  const events: unknown[] = [];
  const invoke = async (event: unknown) => {
    events.push(event);
    return invocation;
  };
  const functions = { find: (id: string) => (id === 'check' ? { invoke } : undefined), all: () => [] };
  const services = { dynamodb: tables, states, secrets, sqs: queues, events: buses, buckets, functions };
  const endpoint = await startAwsEndpoint({ port: 0, services });
  onTestFinished(async () => {
    await endpoint.close();
    await close();
  });
  return { events, checks: (name: string) => connectServerChecks(name, clientAt(endpoint.url)) };
}

test('gives the servers to the function and reads its findings', async () => {
  const findings = [{ version: '1.18.33', problems: [] }];
  const { events, checks } = await prepare({ ok: true, payload: { findings } });
  expect(await checks('check').check([target])).toEqual(findings);
  expect(events).toEqual([{ servers: [target] }]);
});

test('a function that fails is an error without its text', async () => {
  const error = { errorType: 'RelayFailed', errorMessage: 'inner words' };
  const { checks } = await prepare({ ok: false, error });
  await expect(checks('check').check([target])).rejects.toThrow(/^check failed$/);
});

test('an answer of another shape is an error', async () => {
  const { checks } = await prepare({ ok: true, payload: { findings: [{}] } });
  await expect(checks('check').check([target])).rejects.toMatchObject({ name: 'ZodError' });
});

test('a function that is not there is an error by its name', async () => {
  const { checks } = await prepare({ ok: true, payload: {} });
  await expect(checks('other').check([target])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a function that does not answer is given up', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const checks = connectServerChecks('check', clientAt(`http://127.0.0.1:${port}`), 50);
  await expect(checks.check([target])).rejects.toMatchObject({ name: expect.stringMatching(/Abort|Timeout/) });
});
