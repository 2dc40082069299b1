import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
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
    const MessageAttributes = { code: { DataType: 'String', StringValue: code } };
    const MessageBody = JSON.stringify(call);
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageAttributes }));
  },
});

async function send(client: SQSClient, QueueUrl: string, message: object): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}

/** Sets when messages of the queue come again, and makes new ones of them. */
export const connectRedelivery = (queueUrl: string, client = sqsClient()): Redelivery => ({
  async delay(ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  },

  async sendAgain(MessageBody) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  },
});
