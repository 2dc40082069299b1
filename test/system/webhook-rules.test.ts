import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { HookRefusal } from '../../functions/domain/intake/refusal.ts';
import { verify } from '../../functions/domain/signature/verify.ts';
import { relay } from '../../infra/commands/relay.ts';
import { folderWith } from '../infra/commands/run-command.ts';
import { eventually } from '../support/eventually.ts';
import { sampleDelivery } from '../support/fakes/alert-samples.ts';
import { sharedAgent } from '../support/system/agent-server.ts';
import { startLossyProxy } from '../support/system/lossy-proxy.ts';
import { firedByQueues } from '../support/system/queue-alarms.ts';
import { fire, inPlace, output, type System, sharedSystem } from '../support/system/system.ts';

interface Call {
  headers: Record<string, string>;
  body: string;
}

let system: System;
const calls: Call[] = [];
/** Of the answers, the last one for good. */
const statuses = [503, 200];
/** Of the address below which nothing is there yet. */
let isClosed = true;
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/closed' && isClosed) return void response.writeHead(404).end();
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  calls.push({ headers: Object.fromEntries(headers), body });
  response.writeHead(statuses[calls.length - 1] ?? 200).end();
});

beforeAll(async () => {
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  system = await sharedSystem();
});
afterAll(() => {
  receiver.close();
});

test('a webhook rule calls its endpoint, signed, and again where it was in trouble', async () => {
  const { client, stack } = system;
  const { port } = receiver.address() as AddressInfo;
  const team = await client.relay.create({ name: 'Tell the team' });
  const rule = await client.relay.rules.create(team.id, {
    name: 'Tell the team',
    ruleType: 'webhook',
    config: {
      endpoint: `http://127.0.0.1:${port}/oncall`,
      payload: { text: 'Look at {{alert.title}}', severity: '{{alert.severity}}', after: '{{outcome}}' },
    },
  });
  const [webhook] = await client.webhook.listByRelay(team.id);
  const alertId = await fire(`${output(stack, 'HooksUrl')}/${webhook?.webhookKey}`, 'Checkout is down', 'since 09:00');
  // The first try is answered 503 and comes again after 10 s.
  await eventually(() => expect(calls).toHaveLength(2));

  const [first, second] = calls;
  expect(JSON.parse(first?.body ?? '')).toEqual({ text: 'Look at Checkout is down', severity: 'high', after: null });
  expect(second).toMatchObject({ body: first?.body, headers: { 'webhook-id': first?.headers['webhook-id'] } });
  const key = await signingKey();
  for (const call of calls) expect(verifiedBy(key, call)).not.toBeInstanceOf(HookRefusal);
  const call = { state: 'delivered', tries: 2, code: null };
  await eventually(async () =>
    expect(await ask(`/alerts/${alertId}/decisions`)).toMatchObject({
      decisions: [{ ruleId: rule.id, reason: 'webhook_called', count: 1, call }],
    }),
  );
});

test('a delivery and all that comes of it are one trace, from the hook to the calls of others and the logs', async () => {
  const agent = await sharedAgent();
  const proxy = await startLossyProxy(agent.url, () => false);
  onTestFinished(() => proxy.close());
  const { client } = system;
  const server = { url: proxy.url, username: agent.username, password: agent.password };
  const { hook, relayId, integrationId } = await system.relayFor({ server, config: inPlace });
  // The server has not heard of it yet: the password before is good still.
  expect(
    (await command(['rotate', 'password', integrationId], { OPENCODE_SERVER_PASSWORD: 'next-password' })).code,
  ).toBe(0);
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/oncall`;
  const config = { endpoint, payload: { text: 'traced' } };
  await client.relay.rules.create(relayId, { name: 'Tell them', ruleType: 'webhook', config });
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const headers = { traceparent };
  const { jobId, executionArn, ...event } = await system.outcomeOf(await fire(hook, 'traced', '[[done]]', headers));

  const inTrace = new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`);
  expect(event.traceparent).toMatch(inTrace);
  expect(JSON.parse((await system.execution(executionArn)).input).startedBy.traceparent).toBe(event.traceparent);
  const spans = proxy.headers.map((each) => each.traceparent);
  expect(spans.length).toBeGreaterThan(5);
  expect(spans.filter((each) => !inTrace.test(String(each)))).toEqual([]);
  expect(new Set(spans).size).toBe(spans.length);
  const call = await eventually(() => calls.find(({ body }) => body.includes('traced')) ?? Promise.reject());
  expect(call.headers.traceparent).toMatch(inTrace);

  const { stdout } = await command(['logs', jobId]);
  expect(stdout).toContain(`job ${jobId}; alert ${event.alert.id}; trace ${traceId}`);
  const told = stdout.split('\n').flatMap(
    (line) =>
      line
        .match(/^\S+ \S+ {2}(\w+) +(.*?)(?: {2}|$)/)
        ?.slice(1)
        .join(': ') ?? [],
  );
  expect(told).toEqual(expect.arrayContaining(everyStep));
  expect(told.indexOf('ReceiveAlert: Delivery accepted')).toBe(0);
});

test('what lies among the dead letters goes back where it was meant for, by one command each', async () => {
  const { client, stack } = system;
  const redeliver = async (queue: string) => (await command(['redeliver', queue])).stdout;
  const { id: relayId } = await client.relay.create({ name: 'Dead letters' });
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/closed`;
  const config = { endpoint, payload: { text: 'dead {{alert.id}}' } };
  await client.relay.rules.create(relayId, { name: 'Tell them', ruleType: 'webhook', config });

  const delivery = sampleDelivery({ relayId, deliveryId: `dlv_${randomBytes(16).toString('hex')}` });
  await bury('DeliveriesDeadLettersArn', delivery);
  expect(await firedByQueues(stack.awsEndpointUrl)).toContain('DeliveryDeadLetters');
  expect(await redeliver('deliveries')).toContain('1 went to DeliveriesQueue.');
  // Its call is refused for good, and is a dead letter at once.
  await eventually(async () => expect(await lying('WebhookCallsDeadLettersArn')).toBe(1));
  expect(await firedByQueues(stack.awsEndpointUrl)).toContain('WebhookDeadLetters');
  isClosed = false;
  expect(await redeliver('webhooks')).toContain('1 went to WebhookCallsQueue.');
  const [item] = delivery.items;
  await eventually(() => expect(calls.map(({ body }) => body)).toContainEqual(`{"text":"dead ${item?.alertId}"}`));

  const name = `job_${randomBytes(16).toString('hex')}`;
  const stateMachineArn = output(stack, 'StateMachineArn');
  const detail = { stateMachineArn, name, executionArn: `${stateMachineArn}:${name}`, status: 'ABORTED' };
  const event = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
  await bury('StoppedDeadLettersArn', event);
  expect(await firedByQueues(stack.awsEndpointUrl)).toContain('StoppedDeadLetters');
  expect(await redeliver('stopped')).toContain('1 went to SessionStopped.');
  expect(await redeliver('stopped')).toContain('Nothing lies in the dead letters of stopped.');
  expect(await firedByQueues(stack.awsEndpointUrl)).not.toContain('StoppedDeadLetters');
});

test('the key that signs calls is rotated in two steps', async () => {
  const before = await signingKey();
  const { stdout } = await command(['rotate', 'signing']);
  const key = /^whsec_(\S+)$/m.exec(stdout)?.[1] ?? '';
  expect(await signingKey()).toBe(`${key} ${before}`);
  expect((await command(['rotate', 'signing'])).code).toBe(1);
  expect((await command(['rotate', 'signing', '--finish'])).code).toBe(0);
  expect(await signingKey()).toBe(key);
});

/** A command as an operator of the local stack gives it. */
async function command(args: string[], environment: Record<string, string> = {}) {
  const { stack, apiToken } = system;
  const folder = await folderWith({
    ...{ ApiUrl: output(stack, 'ApiUrl'), ApiToken: apiToken },
    ...{ AwsEndpointUrl: stack.awsEndpointUrl, ApiTokenSecretArn: output(stack, 'ApiTokenSecretArn') },
  });
  return relay([...args, '--data', folder], { environment, now: new Date(), fetch, wait: sleep });
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const aws = () => ({ endpoint: system.stack.awsEndpointUrl, region: 'eu-central-1', credentials });

async function queueAt(name: string) {
  const client = new SQSClient(aws());
  const QueueName = output(system.stack, name).split(':').at(-1);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
  return { client, QueueUrl };
}

async function bury(queue: string, message: object): Promise<void> {
  const { client, QueueUrl } = await queueAt(queue);
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}

async function lying(queue: string): Promise<number> {
  const { client, QueueUrl } = await queueAt(queue);
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

/** What the functions say of a relay run with one session and one call. */
const everyStep = [
  'ReceiveAlert: Delivery accepted',
  'RouteAlert: Execution started',
  'RouteAlert: Message done',
  'CallWebhook: Message done',
  ...['CreateSession', 'SendPrompt', 'PollSession', 'CollectResult'].map((name) => `${name}: Task finished`),
];

/** As a receiver would, with the verifier of our own hooks. */
const verifiedBy = (key: string, { headers, body }: Call) =>
  verify(
    { scheme: 'standard_webhooks', versions: [{ id: 'v', secrets: 1 }] },
    [{ secrets: [`whsec_${key}`] }],
    { headers, body: new TextEncoder().encode(body) },
    new Date(),
  );

async function signingKey(): Promise<string> {
  const SecretId = output(system.stack, 'WebhookSigningSecretArn');
  const { SecretString } = await new SecretsManagerClient(aws()).send(new GetSecretValueCommand({ SecretId }));
  return SecretString ?? '';
}

async function ask(path: string): Promise<unknown> {
  const authorization = `Bearer ${system.apiToken}`;
  const response = await fetch(`${output(system.stack, 'ApiUrl')}${path}`, { headers: { authorization } });
  return response.json();
}
