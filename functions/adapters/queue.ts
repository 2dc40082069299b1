import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryQueue, Redelivery } from '../ports.ts';

/** Deliveries as JSON, one message each. SQS answers once the message is stored on several machines. */
export const connectQueue = (queueUrl: string, client = new SQSClient()): DeliveryQueue => ({
  async send(delivery) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(delivery) }));
  },
});

/** Sets when messages of the queue come again. */
export const connectRedelivery = (queueUrl: string, client = new SQSClient()): Redelivery => ({
  async delay(ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  },
});
