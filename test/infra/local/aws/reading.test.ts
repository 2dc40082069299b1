import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  DetectStackResourceDriftCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { writeAssembly } from '../local-stack/assembly-fixture.ts';
import { temporaryFolder } from '../local-stack/folders.ts';
import { code, template } from '../local-stack/sample-template.ts';

/** The sample template, running, and the ways in which operators and old clients ask. */
async function start(options: { concurrency?: number } = {}) {
  const data = await temporaryFolder();
  const stack = await startLocalStack({
    assembly: await writeAssembly({ ...template, Description: 'a fixture' }, code),
    dataDirectory: join(data, 'aws'),
    logDirectory: join(data, 'logs'),
    port: 0,
    ...options,
  });
  onTestFinished(() => stack.stop());
  const sdk = {
    endpoint: stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const json = async (target: string, input: object) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const answer = await fetch(stack.awsEndpointUrl, { method: 'POST', headers, body: JSON.stringify(input) });
    return answer.json();
  };
  const form = async (fields: Record<string, string>) => {
    const answer = await fetch(stack.awsEndpointUrl, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: answer.status, text: await answer.text() };
  };
  const logFile = (name: string) => join(data, 'logs', `${name}.log`);
  return { stack, sdk, json, form, logFile };
}

const answerSchema = z.looseObject({
  events: z.array(z.object({ message: z.string() })).default([]),
  nextToken: z.string().optional(),
});

const sqs = { Version: '2012-11-05' };

test('the stack with its outputs and resources is what the template says', async () => {
  const { stack, sdk } = await start();
  const client = new CloudFormationClient(sdk);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Fixture' }));
  expect(Stacks).toMatchObject([
    { StackName: 'Fixture', StackStatus: 'CREATE_COMPLETE', Description: 'a fixture', CreationTime: expect.any(Date) },
  ]);
  expect(Object.fromEntries(Stacks?.[0]?.Outputs?.map((o) => [o.OutputKey, o.OutputValue]) ?? [])).toEqual(
    stack.outputs,
  );
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName: 'Fixture' }));
  expect(StackResourceSummaries).toHaveLength(Object.keys(template.Resources).length);
  expect(StackResourceSummaries).toContainEqual(
    expect.objectContaining({
      LogicalResourceId: 'Queue',
      ResourceType: 'AWS::SQS::Queue',
      PhysicalResourceId: stack.outputs.QueueUrl,
    }),
  );
  await expect(client.send(new DescribeStacksCommand({ StackName: 'Other' }))).rejects.toThrow(
    'Stack with id Other does not exist',
  );
});

test('functions are listed and described', async () => {
  const { sdk } = await start();
  const client = new LambdaClient(sdk);
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions?.map(({ FunctionName }) => FunctionName).toSorted()).toEqual(
    ['Back', 'Front', 'Stopped', 'Work'].map((name) => `Fixture-${name}`),
  );
  expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'Fixture-Work' }))).toMatchObject({
    ...{ Runtime: 'nodejs24.x', Timeout: 90, MemorySize: 128, Handler: 'index.handler' },
    LoggingConfig: { LogGroup: '/aws/lambda/Fixture-Work' },
  });
  await expect(client.send(new GetFunctionConfigurationCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('what a function printed is read by group, time, pattern and page', async () => {
  const { json, logFile } = await start();
  const line = (minute: number, level: string) =>
    JSON.stringify({ timestamp: `2026-01-01T00:0${minute}:00.000Z`, level, message: `line ${minute}` });
  await appendFile(logFile('Fixture-Work'), `${line(1, 'INFO')}\n  plain\n${line(2, 'ERROR')}\n${line(3, 'ERROR')}\n`);
  const groups = await json('Logs_20140328.DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/Fixture-W' });
  expect(groups).toMatchObject({ logGroups: [{ logGroupName: '/aws/lambda/Fixture-Work' }] });
  const filter = async (more: object) => {
    const request = { logGroupName: '/aws/lambda/Fixture-Work', ...more };
    const answer = answerSchema.parse(await json('Logs_20140328.FilterLogEvents', request));
    return { ...answer, messages: answer.events.map(({ message }) => message) };
  };
  expect((await filter({})).messages).toEqual([line(1, 'INFO'), '  plain', line(2, 'ERROR'), line(3, 'ERROR')]);
  expect((await filter({ filterPattern: '{ $.level = "ERR*" }' })).messages).toEqual([
    line(2, 'ERROR'),
    line(3, 'ERROR'),
  ]);
  expect((await filter({ filterPattern: 'line -ERROR' })).messages).toEqual([line(1, 'INFO')]);
  expect((await filter({ startTime: Date.parse('2026-01-01T00:02:30Z') })).messages).toEqual([line(3, 'ERROR')]);
  const first = await filter({ limit: 3 });
  expect(first.messages).toHaveLength(3);
  expect((await filter({ limit: 3, nextToken: first.nextToken })).messages).toEqual([line(3, 'ERROR')]);
  expect(await filter({ logGroupName: 'none' })).toMatchObject({ __type: 'ResourceNotFoundException' });
  expect(await filter({ filterPattern: '[a, b]' })).toMatchObject({ __type: 'InvalidParameterException' });
});

test('queues answer forms and XML too, as the aws CLI 2.9 speaks', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { stack, form } = await start();
  const QueueUrl = `${stack.awsEndpointUrl}/000000000000/Fixture-Dead`;
  expect((await form({ ...sqs, Action: 'ListQueues' })).text).toContain(`<QueueUrl>${QueueUrl}</QueueUrl>`);
  const sent = await form({
    ...sqs,
    ...{ Action: 'SendMessage', QueueUrl, MessageBody: 'a<b', DelaySeconds: '0' },
    ...{ 'MessageAttribute.1.Name': 'kind', 'MessageAttribute.1.Value.DataType': 'String' },
    'MessageAttribute.1.Value.StringValue': 'x',
  });
  expect(sent.status).toBe(200);
  const received = await form({
    ...sqs,
    ...{ Action: 'ReceiveMessage', QueueUrl, MaxNumberOfMessages: '10' },
    ...{ 'AttributeName.1': 'All', 'MessageAttributeName.1': 'All' },
  });
  expect(received.text).toContain('<Body>a&lt;b</Body>');
  expect(received.text).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(received.text).toContain('<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType>');
  const none = await form({ ...sqs, Action: 'GetQueueUrl', QueueName: 'none' });
  expect(none.text).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
});

test('topics are listed: none, where the template names none', async () => {
  const { form } = await start();
  const answer = await form({ Version: '2010-03-31', Action: 'ListTopics' });
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('<Topics></Topics>')]);
});

test.each([
  ['AmazonSQS.TagQueue', 'SQS has no operation TagQueue here'],
  ['Logs_20140328.StopQuery', 'CloudWatch Logs has no operation StopQuery here'],
  ['AWSStepFunctions.CreateActivity', 'Step Functions has no operation CreateActivity here'],
  ['DynamoDB_20120810.ExecuteStatement', 'DynamoDB has no operation ExecuteStatement here'],
  ['secretsmanager.RotateSecret', 'RotateSecret'],
  ['AWSEvents.ListRules', 'EventBridge has no operation ListRules here'],
  [
    'GraniteServiceVersion20100801.GetMetricData',
    'There is no service GraniteServiceVersion20100801 here, so no operation GetMetricData',
  ],
])('an unknown operation is named: %s', async (target, message) => {
  const { json } = await start();
  const answer = await json(target, {});
  expect(answer).toEqual({ __type: 'UnknownOperationException', message: expect.stringContaining(message) });
});

test.each([
  ['2012-11-05', 'TagQueue', 'SQS has no operation TagQueue here'],
  ['2010-05-15', 'DeleteStack', 'CloudFormation has no action DeleteStack here'],
  ['2010-03-31', 'CreateTopic', 'SNS has no action CreateTopic here'],
  ['2011-06-15', 'AssumeRole', 'There is no action AssumeRole here'],
  ['2010-08-01', 'PutMetricAlarm', 'There is no action PutMetricAlarm here'],
])('an unknown action of version %s is named: %s', async (Version, Action, message) => {
  const { form } = await start();
  const answer = await form({ Version, Action });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(`<Code>InvalidAction</Code><Message>${message}</Message>`);
});

test.each([
  ['scheduler', 'GET', '/schedules', 'scheduler has no operation GET /schedules here'],
  ['lambda', 'DELETE', '/2015-03-31/functions/a', 'Lambda has no operation DELETE /2015-03-31/functions/a here'],
])('a request to %s that is not served is named by method and path', async (service, method, path, message) => {
  const { stack } = await start();
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/${service}/aws4_request, Signature=0`;
  const answer = await fetch(`${stack.awsEndpointUrl}${path}`, { method, headers: { authorization } });
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  expect(await answer.json()).toMatchObject({ message });
});

test('the account has the concurrency that the stack was given, and no resource of it drifts', async () => {
  const { sdk } = await start({ concurrency: 10 });
  const { AccountLimit } = await new LambdaClient(sdk).send(new GetAccountSettingsCommand({}));
  expect(AccountLimit).toEqual({ ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 });
  const client = new CloudFormationClient(sdk);
  const drift = (LogicalResourceId = '') =>
    client.send(new DetectStackResourceDriftCommand({ StackName: 'Fixture', LogicalResourceId }));
  const [known] = Object.keys(template.Resources);
  expect((await drift(known)).StackResourceDrift).toMatchObject({ StackResourceDriftStatus: 'IN_SYNC' });
  await expect(drift('Nothing')).rejects.toMatchObject({ name: 'ValidationError' });
});
