import { md5OfAttributes, type ReceivedMessage } from './message.ts';
import type { MessageQueue } from './message-queue.ts';
import type { Request } from './requests.ts';

/** A received message with the attributes that were asked for. */
export function wireMessage(message: ReceivedMessage, request: Request<'ReceiveMessage'>) {
  const system = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
  const attributes = pick(message.attributes, (name) => system.includes('All') || system.includes(name));
  const custom = pick(message.messageAttributes, (name) =>
    request.MessageAttributeNames.some((wanted) => isWanted(name, wanted)),
  );
  const digest = md5OfAttributes(custom);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(digest !== undefined && { MessageAttributes: custom, MD5OfMessageAttributes: digest }),
  };
}

/** `All`, a name, or the beginning of names before `.*`. */
const isWanted = (name: string, wanted: string) =>
  wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2)));

/** Attributes of a queue, all as text; `names` may be `All`. */
export function queueAttributes(
  queue: MessageQueue,
  arnOf: (name: string) => string,
  names: string[],
): Record<string, string> {
  const { definition, createdAt } = queue;
  const counts = queue.counts();
  const { redrive } = definition;
  const all: Record<string, string> = {
    QueueArn: arnOf(definition.name),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(createdAt / 1_000)),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    MaximumMessageSize: String(definition.maximumMessageBytes),
    DelaySeconds: String(definition.delaySeconds ?? 0),
    ReceiveMessageWaitTimeSeconds: '0',
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: arnOf(redrive.deadLetterName),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
  return pick(all, (name) => names.includes('All') || names.includes(name));
}

const pick = <T>(values: Record<string, T>, wanted: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
