import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListExecutionsCommand, SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startAwsEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { startAws } from './fixture.ts';

async function start() {
  const aws = await startAws();
  onTestFinished(aws.close);
  return aws;
}

/** The answer to a request with any Host header. */
function ask(url: string, headers: Record<string, string>, body = '', method = 'POST') {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const sent = request(url, { method, headers }, async (response) => {
        const chunks = await response.toArray();
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
      sent.on('error', reject).end(body);
    },
  );
}

test('executions are read through it', async () => {
  const { sdk, states } = await start();
  const machine = { arn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:m', name: 'm', roleArn: 'arn:role' };
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'S', States: { S: { Type: 'Succeed' } } });
  states.addMachine({ ...machine, definition });
  await states.call('StartExecution', { stateMachineArn: machine.arn, name: 'a' });
  const client = new SFNClient(sdk);
  const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn: machine.arn }));
  expect(executions).toMatchObject([{ name: 'a', startDate: expect.any(Date) }]);
  await expect(client.send(new ListExecutionsCommand({ stateMachineArn: 'arn:none' }))).rejects.toBeInstanceOf(
    StateMachineDoesNotExist,
  );
});

test.each([
  ['an unknown service', 'Logs_20140328.PutLogEvents', '{}', 'UnknownOperationException'],
  ['an unknown operation', 'AWSStepFunctions.SendTaskSuccess', '{}', 'UnknownOperationException'],
  ['a body that is no JSON', 'AmazonSQS.ListQueues', '{', 'SerializationException'],
])('%s is refused by name, in header and body', async (_, target, body, type) => {
  const { endpoint } = await start();
  const answer = await ask(
    endpoint.url,
    { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body,
  );
  expect(answer.status).toBe(400);
  expect(answer.headers).toMatchObject({
    'x-amzn-errortype': type,
    'x-amzn-requestid': expect.any(String),
    'content-type': 'application/x-amz-json-1.1',
  });
  expect(JSON.parse(answer.body).__type).toBe(type);
});

test('GetCallerIdentity names the account, and other actions of form-encoded services are refused', async () => {
  const { endpoint } = await start();
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const identity = await ask(endpoint.url, form, 'Action=GetCallerIdentity&Version=2011-06-15');
  expect(identity.body).toContain('<Account>000000000000</Account>');
  const other = await ask(endpoint.url, form, 'Action=AssumeRole<');
  expect([other.status, other.body]).toEqual([400, expect.stringContaining('no action AssumeRole&lt; here')]);
});

test('a foreign Host is turned away: a web page may have resolved its own name to loopback', async () => {
  const { endpoint } = await start();
  expect((await ask(endpoint.url, { host: 'evil.example' }, '', 'GET')).status).toBe(403);
  expect((await ask(endpoint.url, { host: `localhost:${new URL(endpoint.url).port}` }, '', 'GET')).status).toBe(200);
});

test('a body without bounds is refused', async () => {
  const { endpoint } = await start();
  const answer = await fetch(`${endpoint.url}/bucket/key`, {
    method: 'PUT',
    body: Buffer.alloc(64 * 1024 * 1024 + 1),
  }).catch((error: unknown) => error);
  // The server closes while the client still sends: some clients see the answer, others the closed connection.
  expect(answer instanceof Response ? answer.status : answer).toSatisfy(
    (seen) => seen === 413 || seen instanceof TypeError,
  );
});

test('a fault of a service is a 500 that says nothing, and is told to the user', async () => {
  const errors = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => errors.mockRestore());
  const aws = await start();
  const broken = { call: () => Promise.reject(new Error('inner')) };
  const services = {
    dynamodb: broken,
    states: broken,
    secrets: broken,
    sqs: broken,
    events: broken,
    buckets: aws.buckets,
  };
  const endpoint = await startAwsEndpoint({ port: 0, services });
  const answer = await ask(endpoint.url, { 'x-amz-target': 'AmazonSQS.ListQueues' }, '{}');
  expect([answer.status, answer.body]).toEqual([500, expect.stringMatching(/InternalFailure(?!.*inner)/)]);
  expect(errors).toHaveBeenCalledOnce();
  await endpoint.close();
});

test('a taken port is waited for, and then named', async () => {
  const { queues, tables, secrets, buses, states, buckets } = await start();
  const services = { dynamodb: tables, states, secrets, sqs: queues, events: buses, buckets };
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(startAwsEndpoint({ port, services, patienceMs: 0 })).rejects.toThrow(
    `Port ${port}, which the AWS endpoint of this data folder has, is in use`,
  );
  const starting = startAwsEndpoint({ port, services });
  await new Promise((resolve) => setImmediate(() => other.close(resolve)));
  const endpoint = await starting;
  expect(endpoint.url).toBe(`http://127.0.0.1:${port}`);
  await endpoint.close();
  await expect(fetch(endpoint.url)).rejects.toThrow('fetch failed');
});
