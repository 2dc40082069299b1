import { z } from 'zod';
import { messageAttributeSchema } from './message.ts';

const queue = { QueueUrl: z.string().min(1) };
const attributes = z.record(z.string().regex(/^[\w.-]{1,256}$/), messageAttributeSchema).default({});
const names = z.array(z.string()).default([]);
const seconds = (max: number) => z.int().min(0).max(max);
const visibility = seconds(43_200);

const message = {
  MessageBody: z.string().min(1),
  DelaySeconds: seconds(900).optional(),
  MessageAttributes: attributes,
};
/** Emptiness, size and distinct ids of a batch have errors of their own. */
const batch = <T extends z.ZodRawShape>(entry: T) =>
  z.strictObject({
    ...queue,
    Entries: z.array(z.strictObject({ Id: z.string().regex(/^[\w-]{1,80}$/), ...entry })),
  });

/** Inputs of the operations that are served here; any other field, e.g. of a FIFO queue, is refused. */
export const requestSchemas = {
  SendMessage: z.strictObject({ ...queue, ...message }),
  SendMessageBatch: batch(message),
  ReceiveMessage: z.strictObject({
    ...queue,
    MaxNumberOfMessages: z.int().min(1).max(10).default(1),
    VisibilityTimeout: visibility.optional(),
    WaitTimeSeconds: seconds(20).default(0),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
  }),
  DeleteMessage: z.strictObject({ ...queue, ReceiptHandle: z.string() }),
  DeleteMessageBatch: batch({ ReceiptHandle: z.string() }),
  ChangeMessageVisibility: z.strictObject({ ...queue, ReceiptHandle: z.string(), VisibilityTimeout: visibility }),
  GetQueueUrl: z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
  GetQueueAttributes: z.strictObject({ ...queue, AttributeNames: names }),
  ListQueues: z.strictObject({
    QueueNamePrefix: z.string().default(''),
    MaxResults: z.int().min(1).max(1_000).default(1_000),
    NextToken: z.string().regex(/^\d+$/).optional(),
  }),
  PurgeQueue: z.strictObject(queue),
} as const;

export type Request<O extends keyof typeof requestSchemas> = z.infer<(typeof requestSchemas)[O]>;
