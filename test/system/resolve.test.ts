import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { relay } from '../../infra/commands/relay.ts';
import { synthesize } from '../../infra/local/assembly.ts';
import { folderWith } from '../infra/commands/run-command.ts';
import { topic, topicAlarm } from '../intake/receive-alarm/events.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/property-runs.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { heldScript } from '../support/system/held.ts';
import { firedByQueues } from '../support/system/queue-alarms.ts';
import { fire, inPlace, type System, sharedSystem, startSystem } from '../support/system/system.ts';

const resolved = { resolvedAt: expect.any(String) };

async function post(hookUrl: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(hookUrl, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(status).toBe(202);
}

/** What a resolved alert does to its session, and alarms without HTTP, on the real stack and server. */
describe('alerts of all kinds', () => {
  let system: System;
  let agent: Agent;
  beforeAll(async () => {
    [system, agent] = await Promise.all([sharedSystem(), sharedAgent()]);
  });

  /** Resolves with the execution of the alert once its session is being polled. */
  const polledExecution = (alertId: string): Promise<string> =>
    eventually(async () => {
      const [job] = await system.client.alert.listAgents(alertId);
      const arn = job?.executionId ?? '';
      expect(JSON.stringify(await system.history(arn))).toContain('"name":"Poll session"');
      return arn;
    }, 400);

  test('onResolve "stop": the session is aborted on the server and ends as cancelled', async () => {
    const hook = await system.hookFor({ server: agent, config: { ...inPlace, onResolve: 'stop' } });
    const alertId = await fire(hook, 'over soon', '[[hang]]');
    const execution = await polledExecution(alertId);
    await post(hook, { title: 'over soon', status: 'resolved', source: 'system-test', dedup_key: 'over soon' });

    const finished = await system.outcomeOf(alertId);
    expect(finished).toMatchObject({
      outcome: 'cancelled',
      cause: expect.stringContaining(`alert ${alertId} was resolved`),
    });
    expect((await system.execution(execution)).status).toBe('ABORTED');
    const credentials = Buffer.from(`${agent.username}:${agent.password}`).toString('base64');
    const messages = await fetch(`${agent.url}/session/${finished.session?.id}/message`, {
      headers: { authorization: `Basic ${credentials}` },
    });
    expect(await messages.text()).toContain('MessageAbortedError');
  });

  test.runIf(isLong)('by default the session goes on', async () => {
    const hook = await system.hookFor({ server: agent, config: inPlace });
    const { script, release } = await heldScript();
    const alertId = await fire(hook, 'over, go on', script);
    await polledExecution(alertId);
    await post(hook, { title: 'over, go on', status: 'resolved', source: 'system-test', dedup_key: 'over, go on' });
    await eventually(async () => expect(await system.client.alert.get(alertId)).toMatchObject(resolved), 400);
    await release();
    expect((await system.outcomeOf(alertId)).outcome).toBe('no_changes');
  });
});

test('an alarm through SNS starts a session, once the stack is told where the topic leads, also on a restored table', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-doors-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const agent = await sharedAgent();
  const before = await startSystem({ dataDirectory: folder });
  await before.hookFor({ server: agent, config: inPlace });
  const [fed] = await before.client.relay.list();
  const place = await folderWith({ AwsEndpointUrl: before.stack.awsEndpointUrl });
  const world = { environment: {}, now: new Date(), fetch, wait: sleep };
  expect((await relay(['restore', '--at', 'latest', '--to', 'restored', '--data', place], world)).code).toBe(0);
  await before.stop();

  const overrides = { cloudWatchAlarmsRelay: fed?.id, snsTopics: { [topic]: fed?.id }, tableName: 'restored' };
  const system = await startSystem({
    dataDirectory: folder,
    assembly: await synthesize(folder, { privateHosts: ['127.0.0.1'], overrides }),
  });
  onTestFinished(() => system.stop());
  expect(system.stack.outputs.TableName).toBe('restored');
  const Message = JSON.stringify({ ...topicAlarm, AlarmDescription: '[[text]]' });
  const publish = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topic, Message });
  expect((await fetch(system.stack.awsEndpointUrl, { method: 'POST', body: publish })).status).toBe(200);

  await eventually(async () => {
    const [arn = ''] = await system.executionArns();
    const { status, input } = await system.execution(arn);
    expect({ status, input: JSON.parse(input) }).toMatchObject({
      status: 'SUCCEEDED',
      input: { startedBy: { webhookId: topic, format: 'cloudwatch' }, alert: { title: 'checkout-errors' } },
    });
  }, 400);

  // As SNS keeps a message that it could not hand over.
  await bury(system, 'AlarmDeadLetters', { Type: 'Notification', MessageId: 'buried', TopicArn: topic, Message });
  expect(await firedByQueues(system.stack.awsEndpointUrl)).toEqual(['AlarmDeadLetters']);
  const folderNow = await folderWith({ AwsEndpointUrl: system.stack.awsEndpointUrl });
  const { stdout } = await relay(['redeliver', 'alarms', '--data', folderNow], { ...world, now: new Date() });
  expect(stdout).toBe('1 went to ReceiveAlarm.\n');
});

async function bury({ stack }: System, queue: string, message: object): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: stack.awsEndpointUrl, region: 'eu-central-1', credentials });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes(queue));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}
