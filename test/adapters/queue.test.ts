import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Sqs } from '../../functions/adapters/clients/sqs.ts';
import {
  connectDeadCalls,
  connectQueue,
  connectRedelivery,
  connectWebhookQueue,
} from '../../functions/adapters/queue.ts';
import { type Delivery, deliverySchema } from '../../functions/contract/delivery.ts';
import { webhookCallSchema } from '../../functions/contract/webhook-call.ts';
import { sampleCall } from '../support/fakes/calls.ts';

const sqs = vi.fn<Sqs>();
/** What was sent as messages. */
const sent = () => sqs.mock.calls.flatMap(([, input]) => ('MessageBody' in input ? input : []));
beforeEach(() => {
  sqs.mockReset().mockResolvedValue();
});
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
  test('sends a delivery as one message, which the schema of the other side reads', async () => {
    await connectQueue(queueUrl, sqs).send(delivery);
    const [message, ...others] = sent();
    expect(others).toEqual([]);
    const { MessageBody, ...rest } = message ?? {};
    expect(rest).toEqual({ QueueUrl: queueUrl });
    expect(deliverySchema.parse(JSON.parse(MessageBody ?? ''))).toEqual(delivery);
  });

  test('has the trace beside the body, which a release without one reads too', async () => {
    await connectQueue(queueUrl, sqs).send({ ...delivery, traceparent });
    const { MessageBody, MessageAttributes } = sent()[0] ?? {};
    expect(deliverySchema.parse(JSON.parse(MessageBody ?? ''))).toEqual(delivery);
    expect(MessageAttributes).toEqual({ traceparent: { DataType: 'String', StringValue: traceparent } });
  });

  test('does not resolve where the queue did not take it', async () => {
    sqs.mockRejectedValue(new Error('throttled'));
    await expect(connectQueue(queueUrl, sqs).send(delivery)).rejects.toThrow('throttled');
  });
});

describe('queue of webhook calls', () => {
  test('sends a call as one message, which the schema of the other side reads', async () => {
    await connectWebhookQueue(queueUrl, sqs).send(sampleCall());
    expect(sent()).toEqual([{ QueueUrl: queueUrl, MessageBody: expect.any(String) }]);
    expect(webhookCallSchema.parse(JSON.parse(sent()[0]?.MessageBody ?? ''))).toEqual(sampleCall());
  });

  test('keeps a dead call as it was, with why it is dead beside it', async () => {
    await connectDeadCalls(queueUrl, sqs).keep(sampleCall(), 'status_404');
    await connectDeadCalls(queueUrl, sqs).keep({ ...sampleCall(), traceparent }, 'status_404');
    const code = { DataType: 'String', StringValue: 'status_404' };
    const message = { QueueUrl: queueUrl, MessageBody: JSON.stringify(sampleCall()) };
    expect(sent()).toEqual([
      { ...message, MessageAttributes: { code } },
      { ...message, MessageAttributes: { code, traceparent: { DataType: 'String', StringValue: traceparent } } },
    ]);
  });
});

test('redelivery sets when a message comes again', async () => {
  await connectRedelivery(queueUrl, sqs).delay('receipt', 30);
  const input = { QueueUrl: queueUrl, ReceiptHandle: 'receipt', VisibilityTimeout: 30 };
  expect(sqs.mock.calls).toEqual([['ChangeMessageVisibility', input]]);
});

test('redelivery stores a message of the same body and trace', async () => {
  await connectRedelivery(queueUrl, sqs).sendAgain('{"id":"a"}', undefined);
  await connectRedelivery(queueUrl, sqs).sendAgain('{"id":"a"}', traceparent);
  const message = { QueueUrl: queueUrl, MessageBody: '{"id":"a"}' };
  expect(sent()).toEqual([
    message,
    { ...message, MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } } },
  ]);
});
