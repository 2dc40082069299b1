import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { startAwsEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { startAws } from './fixture.ts';

async function start() {
  const aws = await startAws();
  const { tables, states, secrets, queues, buses, buckets } = aws;
  const echo = { invoke: async (payload: unknown) => ({ ok: true as const, payload }) };
  const failing = {
    invoke: async () => ({ ok: false as const, error: { errorType: 'RelayFailed', errorMessage: 'it failed' } }),
  };
  const functions = { find: (id: string) => ({ echo, failing })[id], all: () => [] };
  const endpoint = await startAwsEndpoint({
    port: 0,
    services: { dynamodb: tables, states, secrets, sqs: queues, events: buses, buckets, functions },
  });
  onTestFinished(async () => {
    await endpoint.close();
    await aws.close();
  });
  const client = new LambdaClient({ ...aws.sdk, endpoint: endpoint.url });
  return {
    url: endpoint.url,
    invoke: (FunctionName: string, changes = {}) => client.send(new InvokeCommand({ FunctionName, ...changes })),
  };
}

test('a function is called by its name and answers', async () => {
  const { invoke } = await start();
  const answer = await invoke('echo', { Payload: JSON.stringify({ a: 'ä' }) });
  expect([answer.StatusCode, answer.FunctionError, answer.Payload?.transformToString()]).toEqual([
    200,
    undefined,
    '{"a":"ä"}',
  ]);
  expect((await invoke('echo')).Payload?.transformToString()).toBe('{}');
});

test('a function that fails says so beside its status', async () => {
  const { invoke } = await start();
  const { StatusCode, FunctionError, Payload } = await invoke('failing');
  expect([StatusCode, FunctionError]).toEqual([200, 'Unhandled']);
  expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({
    errorType: 'RelayFailed',
    errorMessage: 'it failed',
  });
});

test('what does not run here is refused by the names of AWS', async () => {
  const { invoke, url } = await start();
  await expect(invoke('other')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: other',
  });
  await expect(invoke('echo', { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  const noJson = await fetch(`${url}/2015-03-31/functions/echo/invocations`, { method: 'POST', body: '{' });
  expect([noJson.status, noJson.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestContentException']);
});
