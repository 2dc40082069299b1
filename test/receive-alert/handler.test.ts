import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { webhookItems } from '../../functions/adapters/dynamodb/webhook-store.ts';
import { environment } from '../../functions/contract/environment.ts';
import { sampleWebhook } from '../support/fakes/intake.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';

const table = mockClient(DynamoDBDocumentClient);
const queue = mockClient(SQSClient);
const { hook } = webhookItems(sampleWebhook());

describe('receive-alert', () => {
  let handler: typeof import('../../functions/receive-alert/handler.ts').handler;

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv(environment.tableName, 'relay');
    vi.stubEnv(environment.deliveryQueueUrl, 'https://queue.example.com/deliveries');
    ({ handler } = await import('../../functions/receive-alert/handler.ts'));
  });
  beforeEach(() => {
    table.reset();
    queue.reset();
    table.on(GetCommand).resolves({});
    table.on(GetCommand, { TableName: 'relay', Key: keys.hook('key-1') }).resolves({ Item: hook });
    queue.on(SendMessageCommand).resolves({ MessageId: '1' });
  });

  const post = (webhookKey: string) =>
    handler(
      { requestContext: { requestId: 'request-7' }, pathParameters: { webhookKey }, body: '{"title":"Disk full"}' },
      lambdaContext('receive-alert'),
    );

  test('exports its handler inside the hook chain, wired to table and queue', async () => {
    expect(await post('key-1')).toMatchObject({ statusCode: 202, headers: { 'x-request-id': 'request-7' } });
    expect(queue.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'https://queue.example.com/deliveries',
      MessageBody: expect.stringMatching(/"deliveryId":"dlv_[0-9a-f]{32}"/),
    });
  });

  test('needs single rows of the table only: what its role allows', async () => {
    await post('key-1');
    const commands = table.calls().map(({ args: [command] }) => command.constructor.name);
    expect(new Set(commands)).toEqual(new Set(['GetCommand']));
  });

  test('an unknown key costs one read and queues nothing', async () => {
    expect(await post('key-2')).toMatchObject({ statusCode: 404 });
    expect(table.commandCalls(GetCommand)).toHaveLength(1);
    expect(queue.calls()).toEqual([]);
  });

  test('a queue that does not answer is 503, try again', async () => {
    queue.on(SendMessageCommand).rejects(new Error('throttled'));
    expect(await post('key-1')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
  });
});
