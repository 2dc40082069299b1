import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { busEvent, notification } from '../../intake/receive-alarm/events.ts';
import { mockClient } from '../../support/mock-client.ts';
import { now, run } from './run-command.ts';

const cloudFormation = mockClient(CloudFormationClient);
const queues = mockClient(SQSClient);
const lambda = mockClient(LambdaClient);
const arnOf = (machine: string) => `arn:aws:states:eu-central-1:1:stateMachine:${machine}`;
const resource = (type: string) => (id: string) => ({
  LogicalResourceId: `${id}0123ABCD`,
  PhysicalResourceId: `physical-${id}`,
  ResourceType: type,
  LastUpdatedTimestamp: now,
  ResourceStatus: 'CREATE_COMPLETE' as const,
});

beforeEach(() => {
  for (const client of [cloudFormation, queues, lambda]) client.reset();
  const outputs = { StateMachineArn: 'sessions', RelayRunMachineArn: 'runs', StormMachineArn: 'storms' };
  const Outputs = Object.entries(outputs).map(([OutputKey, name]) => ({ OutputKey, OutputValue: arnOf(name) }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'OpencodeRelay', CreationTime: now, StackStatus: 'UPDATE_COMPLETE', Outputs }],
  });
  const ofQueues = ['DeliveriesDeadLetters', 'DeliveriesQueue', 'WebhookCallsDeadLetters', 'WebhookCallsQueue'];
  const functions = ['SessionStopped', 'RunStopped', 'StormStopped', 'ClearSession', 'ReceiveAlarm'];
  cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: [
      ...[...ofQueues, 'StoppedDeadLetters', 'AlarmDeadLetters'].map(resource('AWS::SQS::Queue')),
      ...functions.map((name) => resource('AWS::Lambda::Function')(`${name}Function`)),
    ],
  });
  queues.on(SendMessageCommand).resolves({});
  queues.on(DeleteMessageCommand).resolves({});
  queues.on(ChangeMessageVisibilityCommand).resolves({});
  lambda.on(InvokeCommand).resolves({ StatusCode: 200 });
});

/** What lies in the queue: batches, then nothing. */
const lying = (...batches: Message[][]) => {
  let receives = queues.on(ReceiveMessageCommand);
  for (const Messages of batches) receives = receives.resolvesOnce({ Messages });
  receives.resolves({});
};
const letter = (id: string, body: unknown, changes: Partial<Message> = {}): Message => ({
  MessageId: id,
  ReceiptHandle: `receipt of ${id}`,
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: { SentTimestamp: String(now.getTime() - 1_000) },
  ...changes,
});
const inputs = <Input>(calls: { args: [{ input: Input }] }[]) => calls.map(({ args }) => args[0].input);
const deleted = () => inputs(queues.commandCalls(DeleteMessageCommand)).map(({ ReceiptHandle }) => ReceiptHandle);
const shown = () => inputs(queues.commandCalls(ChangeMessageVisibilityCommand));
const invoked = () =>
  inputs(lambda.commandCalls(InvokeCommand)).map(({ FunctionName, Payload }) => [
    FunctionName,
    JSON.parse(String(Payload)),
  ]);
const ended = (machine: string, type = 'Step Functions Execution Status Change') => ({
  source: 'aws.states',
  'detail-type': type,
  detail: { stateMachineArn: arnOf(machine), name: 'job_1', status: 'ABORTED', executionArn: 'arn:1' },
});

describe('redeliver', () => {
  test('sends what came of a queue back there, with its trace and without what was the matter, batch after batch', async () => {
    const traceparent = { DataType: 'String', StringValue: '00-a-b-01' };
    const code = { DataType: 'String', StringValue: 'status_404' };
    lying([letter('m1', { id: 'a' }, { MessageAttributes: { code, traceparent } })], [letter('m2', { id: 'b' })]);
    expect(await run(['redeliver', 'webhooks'])).toMatchObject({ code: 0, stdout: '2 went to WebhookCallsQueue.\n' });
    expect(inputs(queues.commandCalls(SendMessageCommand))).toEqual([
      {
        QueueUrl: 'physical-WebhookCallsQueue',
        MessageBody: '{"id":"a"}',
        MessageAttributes: { traceparent },
      },
      { QueueUrl: 'physical-WebhookCallsQueue', MessageBody: '{"id":"b"}', MessageAttributes: {} },
    ]);
    expect(deleted()).toEqual(['receipt of m1', 'receipt of m2']);
    expect(inputs(queues.commandCalls(ReceiveMessageCommand))[0]).toMatchObject({
      QueueUrl: 'physical-WebhookCallsDeadLetters',
      VisibilityTimeout: 960,
    });
  });

  test('gives each end of an execution to the function that ends what it left', async () => {
    const left = { source: 'opencode-relay', 'detail-type': 'Session left behind', detail: { jobId: 'job_1' } };
    const destination = { requestContext: { functionArn: 'arn' }, requestPayload: ended('sessions') };
    const events = [ended('sessions'), ended('runs'), ended('storms', 'Execution found ended'), left];
    lying([...events, destination].map((event, index) => letter(`m${index}`, event)));
    const { code, stdout } = await run(['redeliver', 'stopped']);
    expect([code, stdout.split('\n').sort()]).toEqual([
      0,
      ['', '1 went to ClearSession.', '1 went to RunStopped.', '1 went to StormStopped.', '2 went to SessionStopped.'],
    ]);
    expect(invoked()).toEqual([
      ['physical-SessionStoppedFunction', events[0]],
      ['physical-RunStoppedFunction', events[1]],
      ['physical-StormStoppedFunction', events[2]],
      ['physical-ClearSessionFunction', left],
      ['physical-SessionStoppedFunction', events[0]],
    ]);
    expect(deleted()).toHaveLength(5);
  });

  test('hands alarms over as their doors do: also the notification that SNS keeps in the place of its records', async () => {
    const handed = notification('{}');
    const [{ Sns }] = handed.Records;
    lying([letter('m1', busEvent()), letter('m2', handed), letter('m3', Sns)]);
    expect(await run(['redeliver', 'alarms'])).toMatchObject({ code: 0, stdout: '3 went to ReceiveAlarm.\n' });
    const { MessageId, TopicArn, Message: text } = Sns;
    expect(invoked().map(([, event]) => event)).toMatchObject([
      busEvent(),
      handed,
      { Records: [{ EventSource: 'aws:sns', Sns: { MessageId, TopicArn, Message: text } }] },
    ]);
  });

  test('leaves what nobody takes, or what fails again, where everybody sees it', async () => {
    const text = '{"errorType":"RelayFailed"}';
    const Payload = Object.assign(new TextEncoder().encode(text), { transformToString: () => text });
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload });
    lying([letter('m1', 'no JSON'), letter('m2', ended('of others')), letter('m3', ended('sessions'))]);
    const { code, stdout } = await run(['redeliver', 'stopped']);
    expect(code).toBe(1);
    expect(stdout).toContain('Left: message m1: it is no event that this stack takes.');
    expect(stdout).toContain(
      'Left: message m2: nothing here takes the event "Step Functions Execution Status Change".',
    );
    expect(stdout).toContain('Left: message m3: SessionStopped failed: {"errorType":"RelayFailed"}.');
    expect(deleted()).toEqual([]);
    expect(shown()).toHaveLength(3);
    expect(shown()[0]).toMatchObject({ ReceiptHandle: 'receipt of m1', VisibilityTimeout: 0 });
  });

  test('leaves what has come back meanwhile: it would go round for ever', async () => {
    const SentTimestamp = String(now.getTime() + 1);
    lying([letter('m1', { id: 'a' }, { Attributes: { SentTimestamp } })]);
    const { code, stdout } = await run(['redeliver', 'webhooks']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('come back meanwhile')]);
    expect(deleted()).toEqual([]);
  });

  test('deletes nothing that could not be sent, and ends there', async () => {
    queues.on(SendMessageCommand).rejects(new Error('AccessDenied'));
    lying([letter('m1', { id: 'a' })]);
    const { code, stderr } = await run(['redeliver', 'deliveries']);
    expect([code, stderr, deleted()]).toEqual([1, 'AccessDenied\n', []]);
    expect(shown()).toMatchObject([{ QueueUrl: 'physical-DeliveriesDeadLetters', VisibilityTimeout: 0 }]);
  });

  test('stops at its limit, and says that there may be more', async () => {
    lying([letter('m1', { id: 'a' })], [letter('m2', { id: 'b' })]);
    const { stdout } = await run(['redeliver', 'deliveries', '--limit', '1']);
    expect(stdout).toBe('1 went to DeliveriesQueue.\nThere may be more: run it again, or raise --limit.\n');
    expect(inputs(queues.commandCalls(ReceiveMessageCommand))).toMatchObject([{ MaxNumberOfMessages: 1 }]);
  });

  test('moves nothing where it is only asked where all would go', async () => {
    lying([letter('m1', ended('sessions'))]);
    expect((await run(['redeliver', 'stopped', '--dry-run'])).stdout).toBe('1 would go to SessionStopped.\n');
    expect([invoked(), deleted(), shown()]).toMatchObject([[], [], [{ VisibilityTimeout: 0 }]]);
  });

  test('says so where nothing lies there, and where there is no such queue', async () => {
    lying();
    expect(await run(['redeliver', 'alarms'])).toMatchObject({
      code: 0,
      stdout: 'Nothing lies in the dead letters of alarms.\n',
    });
    cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
    expect(await run(['redeliver', 'alarms'])).toMatchObject({
      code: 1,
      stderr: 'The stack has no queue AlarmDeadLetters.\n',
    });
  });

  test.each([[['redeliver']], [['redeliver', 'others']], [['redeliver', 'alarms', '--limit', '0']]])(
    '%j is refused before anything is asked',
    async (args) => {
      expect((await run(args)).code).toBe(2);
      expect(cloudFormation.calls()).toEqual([]);
    },
  );
});
