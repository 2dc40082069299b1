import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import { traceparentName } from '../contract/traceparent.ts';
import type { DeadCalls, DeliveryQueue, Redelivery, WebhookQueue } from '../ports.ts';
import { type Sqs, sharedSqs } from './clients/sqs.ts';

/** Deliveries as JSON, one message each. SQS answers once the message is stored on several machines. */
export const connectQueue = (queueUrl: string, sqs = sharedSqs): DeliveryQueue => ({
  send: (delivery) => send(sqs, queueUrl, delivery),
});

/** Calls of webhook rules as JSON, one message each. */
export const connectWebhookQueue = (queueUrl: string, sqs = sharedSqs): WebhookQueue => ({
  send: (call) => send(sqs, queueUrl, call),
});

/** The dead letters of webhook calls, with what was the matter as an attribute. */
export const connectDeadCalls = (queueUrl: string, sqs = sharedSqs): DeadCalls => ({
  async keep(call, code) {
    await send(sqs, queueUrl, call, { code });
  },
});

interface Traced {
  traceparent?: string | undefined;
}

/** The trace is no part of the body, which a release that knows none has to be able to read. */
async function send(
  sqs: Sqs,
  QueueUrl: string,
  { traceparent, ...body }: Traced,
  attributes: Record<string, string> = {},
): Promise<void> {
  const MessageAttributes = attributesOf({ ...attributes, ...tracedBy(traceparent) });
  await sqs('SendMessage', { QueueUrl, MessageBody: JSON.stringify(body), ...MessageAttributes });
}

const tracedBy = (traceparent: string | undefined): Record<string, string> =>
  traceparent === undefined ? {} : { [traceparentName]: traceparent };

function attributesOf(texts: Record<string, string>): Pick<SendMessageRequest, 'MessageAttributes'> {
  const entries = Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return entries.length === 0 ? {} : { MessageAttributes: Object.fromEntries(entries) };
}

/** Sets when messages of the queue come again, and makes new ones of them. */
export const connectRedelivery = (queueUrl: string, sqs = sharedSqs): Redelivery => ({
  async delay(ReceiptHandle, VisibilityTimeout) {
    await sqs('ChangeMessageVisibility', { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout });
  },

  async sendAgain(MessageBody, traceparent) {
    const attributes = attributesOf(tracedBy(traceparent));
    await sqs('SendMessage', { QueueUrl: queueUrl, MessageBody, ...attributes });
  },
});
