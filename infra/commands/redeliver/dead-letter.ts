import { z } from 'zod';
import { executionFoundEnded, sessionLeftBehind } from '../../../functions/contract/sweep.ts';
import { parseJson } from '../json.ts';

/** What a dead letter is for, and the event that the function takes; or why nothing can be made of it. */
type Readdressed = { fn: string; event: unknown } | { problem: string };

/** Function that ends an execution, by the ARN of its machine. */
export type Enders = ReadonlyMap<string, string>;

/** What SNS keeps is the notification, without the records that it hands to a function. */
const notificationSchema = z.object({
  Type: z.literal('Notification'),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
});
const recordsSchema = z.object({ Records: z.array(z.object({ EventSource: z.literal('aws:sns') })).length(1) });
/** What Lambda sends where it is configured by a destination in place of a queue. */
const destinationSchema = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.unknown(),
});
const busSchema = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.object({ stateMachineArn: z.string().optional() }),
});

const ofExecutions = ['Step Functions Execution Status Change', executionFoundEnded];

/**
 * Who a dead letter was meant for, by what it holds: Lambda and EventBridge keep the event itself, SNS its own form of
 * it, and only one of the three says who did not take it.
 */
export function readdressed(body: string, enders: Enders): Readdressed {
  const letter = parseJson(body);
  const wrapped = destinationSchema.safeParse(letter);
  const event = wrapped.success ? wrapped.data.requestPayload : letter;
  if (recordsSchema.safeParse(event).success) return { fn: 'ReceiveAlarm', event };
  const notification = notificationSchema.safeParse(event);
  if (notification.success) {
    return { fn: 'ReceiveAlarm', event: { Records: [{ EventSource: 'aws:sns', Sns: notification.data }] } };
  }
  const bus = busSchema.safeParse(event);
  if (!bus.success) return { problem: 'it is no event that this stack takes' };
  const { source, 'detail-type': type, detail } = bus.data;
  if (source === 'aws.cloudwatch') return { fn: 'ReceiveAlarm', event };
  if (type === sessionLeftBehind) return { fn: 'ClearSession', event };
  const fn = ofExecutions.includes(type) ? enders.get(detail.stateMachineArn ?? '') : undefined;
  return fn === undefined ? { problem: `nothing here takes the event "${type}"` } : { fn, event };
}
