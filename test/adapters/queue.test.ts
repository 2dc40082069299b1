import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  connectDeadCalls,
  connectQueue,
  connectRedelivery,
  connectWebhookQueue,
} from '../../functions/adapters/queue.ts';
import { type Delivery, deliverySchema } from '../../functions/contract/delivery.ts';
import { webhookCallSchema } from '../../functions/contract/webhook-call.ts';
import { sampleCall } from '../support/fakes/calls.ts';
import { mockClient } from '../support/mock-client.ts';

const client = new SQSClient({ region: 'eu-central-1' });
const sqs = mockClient(client);
const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/deliveries';
const delivery: Delivery = {
  deliveryId: 'dlv_1',
  relayId: 'rly_1',
  webhookId: 'wh_1',
  format: 'generic',
  receivedAt: '2027-03-01T12:00:00.000Z',
  bodySha256: 'ab',
  items: [
    {
      alertId: 'alr_1',
      occurrence: {
        status: 'firing',
        title: 'Prüfung',
        message: undefined,
        severity: 'high',
        source: 'cron',
        fingerprint: 'v1:generic:disk',
        links: {},
        labels: {},
        metadata: {},
      },
    },
  ],
};

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('delivery queue', () => {
  beforeEach(() => sqs.reset());

  test('sends a delivery as one message, which the schema of the other side reads', async () => {
    sqs.on(SendMessageCommand).resolves({ MessageId: '1' });
    await connectQueue(queueUrl, client).send(delivery);
    const [call, ...others] = sqs.commandCalls(SendMessageCommand);
    expect(others).toEqual([]);
    const { MessageBody, ...rest } = call?.args[0].input ?? {};
    expect(rest).toEqual({ QueueUrl: queueUrl });
    expect(deliverySchema.parse(JSON.parse(MessageBody ?? ''))).toEqual(delivery);
  });

  test('has the trace beside the body, which a release without one reads too', async () => {
    sqs.on(SendMessageCommand).resolves({ MessageId: '1' });
    await connectQueue(queueUrl, client).send({ ...delivery, traceparent });
    const { MessageBody, MessageAttributes } = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
    expect(deliverySchema.parse(JSON.parse(MessageBody ?? ''))).toEqual(delivery);
    expect(MessageAttributes).toEqual({ traceparent: { DataType: 'String', StringValue: traceparent } });
  });

  test('does not resolve where the queue did not take it', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('throttled'));
    await expect(connectQueue(queueUrl, client).send(delivery)).rejects.toThrow('throttled');
  });
});

describe('queue of webhook calls', () => {
  beforeEach(() => {
    sqs.reset();
    sqs.on(SendMessageCommand).resolves({ MessageId: '1' });
  });

  const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);

  test('sends a call as one message, which the schema of the other side reads', async () => {
    await connectWebhookQueue(queueUrl, client).send(sampleCall());
    expect(sent()).toEqual([{ QueueUrl: queueUrl, MessageBody: expect.any(String) }]);
    expect(webhookCallSchema.parse(JSON.parse(sent()[0]?.MessageBody ?? ''))).toEqual(sampleCall());
  });

  test('keeps a dead call as it was, with why it is dead beside it', async () => {
    await connectDeadCalls(queueUrl, client).keep(sampleCall(), 'status_404');
    await connectDeadCalls(queueUrl, client).keep({ ...sampleCall(), traceparent }, 'status_404');
    const code = { DataType: 'String', StringValue: 'status_404' };
    const message = { QueueUrl: queueUrl, MessageBody: JSON.stringify(sampleCall()) };
    expect(sent()).toEqual([
      { ...message, MessageAttributes: { code } },
      { ...message, MessageAttributes: { code, traceparent: { DataType: 'String', StringValue: traceparent } } },
    ]);
  });
});

test('redelivery sets when a message comes again', async () => {
  sqs.reset();
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  await connectRedelivery(queueUrl, client).delay('receipt', 30);
  const [call] = sqs.commandCalls(ChangeMessageVisibilityCommand);
  expect(call?.args[0].input).toEqual({ QueueUrl: queueUrl, ReceiptHandle: 'receipt', VisibilityTimeout: 30 });
});

test('redelivery stores a message of the same body and trace', async () => {
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
  await connectRedelivery(queueUrl, client).sendAgain('{"id":"a"}', undefined);
  await connectRedelivery(queueUrl, client).sendAgain('{"id":"a"}', traceparent);
  const message = { QueueUrl: queueUrl, MessageBody: '{"id":"a"}' };
  expect(sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
    message,
    { ...message, MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } } },
  ]);
});
