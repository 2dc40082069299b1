import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { traceparentName } from '../contract/traceparent.ts';
import type { DeadCalls, DeliveryQueue, Redelivery, WebhookQueue } from '../ports.ts';
import { sqsClient } from './clients/sqs.ts';

/** Deliveries as JSON, one message each. SQS answers once the message is stored on several machines. */
export const connectQueue = (queueUrl: string, client = sqsClient()): DeliveryQueue => ({
  send: (delivery) => send(client, queueUrl, delivery),
});

/** Calls of webhook rules as JSON, one message each. */
export const connectWebhookQueue = (queueUrl: string, client = sqsClient()): WebhookQueue => ({
  send: (call) => send(client, queueUrl, call),
});

/** The dead letters of webhook calls, with what was the matter as an attribute. */
export const connectDeadCalls = (queueUrl: string, client = sqsClient()): DeadCalls => ({
  async keep(call, code) {
    await send(client, queueUrl, call, { code });
  },
});

interface Traced {
  traceparent?: string | undefined;
}

/** The trace is no part of the body, which a release that knows none has to be able to read. */
async function send(
  client: SQSClient,
  QueueUrl: string,
  { traceparent, ...body }: Traced,
  attributes: Record<string, string> = {},
): Promise<void> {
  const MessageAttributes = attributesOf({ ...attributes, ...tracedBy(traceparent) });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), ...MessageAttributes }));
}

const tracedBy = (traceparent: string | undefined): Record<string, string> =>
  traceparent === undefined ? {} : { [traceparentName]: traceparent };

function attributesOf(texts: Record<string, string>): Pick<SendMessageCommandInput, 'MessageAttributes'> {
  const entries = Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return entries.length === 0 ? {} : { MessageAttributes: Object.fromEntries(entries) };
}

/** Sets when messages of the queue come again, and makes new ones of them. */
export const connectRedelivery = (queueUrl: string, client = sqsClient()): Redelivery => ({
  async delay(ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  },

  async sendAgain(MessageBody, traceparent) {
    const attributes = attributesOf(tracedBy(traceparent));
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, ...attributes }));
  },
});
