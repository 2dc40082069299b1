import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../error.ts';

export const messageAttributeSchema = z.strictObject({
  /** `String`, `Number` or `Binary`, or one of them with a label behind a dot. */
  DataType: z.string().regex(/^(String|Number|Binary)(\..{1,250})?$/),
  StringValue: z.string().min(1).optional(),
  /** Base64. */
  BinaryValue: z.base64().optional(),
});
type MessageAttribute = z.infer<typeof messageAttributeSchema>;
export type MessageAttributes = Record<string, MessageAttribute>;

/** A message as the queue keeps it; times in epoch milliseconds. */
export const storedMessageSchema = z.strictObject({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), messageAttributeSchema),
  sentAt: z.number(),
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
});
export type StoredMessage = z.infer<typeof storedMessageSchema>;

/** A message in the hands of a consumer. */
export interface ReceivedMessage {
  messageId: string;
  /** Good until the message is received again. */
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** ApproximateReceiveCount, ApproximateFirstReceiveTimestamp, SentTimestamp, SenderId. */
  attributes: Record<string, string>;
  messageAttributes: MessageAttributes;
}

export const received = (message: StoredMessage, senderId: string): ReceivedMessage => ({
  messageId: message.id,
  receiptHandle: Buffer.from(`${message.receiveCount} ${message.id}`).toString('base64url'),
  body: message.body,
  md5OfBody: md5(message.body),
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    SentTimestamp: String(message.sentAt),
    SenderId: senderId,
  },
  messageAttributes: message.attributes,
});

/** Which receive of which message. Throws ReceiptHandleIsInvalid. */
export function parseReceiptHandle(handle: string): { id: string; receiveCount: number } {
  const [, receiveCount, id] = /^(\d+) (\S+)$/.exec(Buffer.from(handle, 'base64url').toString()) ?? [];
  if (receiveCount === undefined || id === undefined) {
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }
  return { id, receiveCount: Number(receiveCount) };
}

export const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/** SQS's digest: per attribute in the order of names, its name, type and value, each behind its length in 4 bytes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? { DataType: '' };
    const isBinary = DataType.startsWith('Binary');
    const value = isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '');
    const fields = [Buffer.from(name), Buffer.from(DataType), value].map(withLength);
    return [...fields.slice(0, 2), Buffer.from([isBinary ? 2 : 1]), ...fields.slice(2)];
  });
  return md5(Buffer.concat(parts));
}

function withLength(data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}

/** What counts against the queue's limit: body, and names, types and values of the attributes. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  const texts = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
  );
  return texts.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}
