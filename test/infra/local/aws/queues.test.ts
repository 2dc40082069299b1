import {
  BatchEntryIdsNotDistinct,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import type { QueueDefinition } from '../../../../infra/local/aws/queues.ts';
import { account, startAws } from './fixture.ts';

const definition: QueueDefinition = {
  name: 'deliveries',
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 3_600,
  maximumMessageBytes: 1_024,
};

/** Over the wire and in real time: nothing here waits for a time-out. */
async function startQueue() {
  const aws = await startAws();
  onTestFinished(aws.close);
  aws.queues.ensure(definition);
  const client = new SQSClient(aws.sdk);
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: 'deliveries' }));
  const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (more: object = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages;
  return { ...aws, client, QueueUrl, send, receive };
}

test('the URL of a queue is on the endpoint', async () => {
  const { client, endpoint, QueueUrl } = await startQueue();
  expect(QueueUrl).toBe(`${endpoint.url}/${account}/deliveries`);
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'deliv' }))).QueueUrls).toEqual([QueueUrl]);
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'x' }))).QueueUrls).toEqual([]);
});

test('a message is received once, with what was asked for, and deleted', async () => {
  const { client, QueueUrl, receive } = await startQueue();
  const MessageAttributes = {
    source: { DataType: 'String', StringValue: 'grafana' },
    raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
  };
  // The client compares the digest of the body itself.
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'größer', MessageAttributes }));
  const [message, ...more] =
    (await receive({
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    })) ?? [];
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'größer',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes,
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
  });
  expect(await receive()).toBeUndefined();
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    QueueArn: 'arn:aws:sqs:eu-central-1:000000000000:deliveries',
    VisibilityTimeout: '60',
  });
});

test('the digest of attributes is that of SQS', async () => {
  const { client, QueueUrl } = await startQueue();
  const MessageAttributes = { test_attribute_name_1: { DataType: 'String', StringValue: 'test_attribute_value_1' } };
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }));
  // By a program of its own: MD5 over length and text of name, type, a byte 1, length and text of the value.
  expect(sent.MD5OfMessageAttributes).toBe('ba056227cfd9533dba1f72ad9816d233');
});

test('a waiting receive gets a message as soon as it is sent', async () => {
  const { receive, send } = await startQueue();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await send('late');
  expect(await waiting).toMatchObject([{ Body: 'late' }]);
});

test('a message that is given back can be received again; its old handle then deletes nothing', async () => {
  const { client, QueueUrl, receive, send } = await startQueue();
  await send('again');
  const [first] = (await receive()) ?? [];
  const ReceiptHandle = first?.ReceiptHandle;
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  const [second] = (await receive({ VisibilityTimeout: 0 })) ?? [];
  expect(second?.MessageId).toBe(first?.MessageId);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  expect(await receive()).toMatchObject([{ Body: 'again' }]);
});

test('batches answer per entry', async () => {
  const { client, QueueUrl, receive } = await startQueue();
  const sendBatch = (entries: [Id: string, MessageBody: string][]) =>
    client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: entries.map(([Id, MessageBody]) => ({ Id, MessageBody })) }),
    );
  const sent = await sendBatch([
    ['a', '1'],
    ['b', 'x'.repeat(2_000)],
  ]);
  expect(sent.Successful).toMatchObject([{ Id: 'a' }]);
  expect(sent.Failed).toMatchObject([{ Id: 'b', SenderFault: true }]);
  await expect(
    sendBatch([
      ['a', '1'],
      ['a', '2'],
    ]),
  ).rejects.toBeInstanceOf(BatchEntryIdsNotDistinct);
  const [message] = (await receive({ VisibilityTimeout: 0 })) ?? [];
  const Entries = [
    { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
    { Id: 'b', ReceiptHandle: 'made up' },
  ];
  const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(deleted).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }] });
  expect(await receive()).toBeUndefined();
});

test('a purge empties the queue', async () => {
  const { client, QueueUrl, receive, send } = await startQueue();
  await send('1');
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await receive()).toBeUndefined();
});

test('what AWS refuses is refused by the same names', async () => {
  const { client, QueueUrl, queues, send } = await startQueue();
  const unknown = client.send(new GetQueueUrlCommand({ QueueName: 'none' }));
  await expect(unknown).rejects.toBeInstanceOf(QueueDoesNotExist);
  await expect(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'made up' }))).rejects.toBeInstanceOf(
    ReceiptHandleIsInvalid,
  );
  await expect(send('x'.repeat(1_025))).rejects.toThrow('Message must be shorter than 1024 bytes');
  await expect(
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'fifo' })),
  ).rejects.toThrow('MessageGroupId');
  await expect(queues.call('CreateQueue', {})).rejects.toMatchObject({ type: 'UnknownOperationException' });
});
