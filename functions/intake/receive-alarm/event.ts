import * as z from 'zod';
import { traceparentOf } from '../../domain/task/traceparent.ts';
import { sha256 } from '../../domain/text/digest.ts';

/** An event of the default bus; it is its own payload. */
const busEventSchema = z.looseObject({ id: z.string(), source: z.string(), 'detail-type': z.string() });

/** SNS hands one message to a function at a time. IAM lets nobody but the topic call it, so nothing is signed here. */
const notificationSchema = z.object({
  Records: z.tuple([
    z.object({
      EventSource: z.literal('aws:sns'),
      Sns: z.object({ MessageId: z.string(), TopicArn: z.string(), Message: z.string() }),
    }),
  ]),
});

export const alarmEventSchema = z.union([notificationSchema, busEventSchema]);

/** What came through a door of AWS itself, without HTTP. */
export interface Alarm {
  /** `eventbridge`, or the ARN of the SNS topic. */
  door: string;
  /** The sender's id of the message. Both doors deliver at least once, under the same id. */
  messageId: string;
  /** The trace that it begins; a repeat has the same. */
  traceparent: string;
  /** JSON text, if the sender keeps to its format. */
  text: string;
}

export function alarmOf(event: z.infer<typeof alarmEventSchema>): Alarm {
  if ('source' in event) return alarm('eventbridge', event.id, JSON.stringify(event));
  const [{ Sns }] = event.Records;
  return alarm(Sns.TopicArn, Sns.MessageId, Sns.Message);
}

function alarm(door: string, messageId: string, text: string): Alarm {
  const digest = sha256(JSON.stringify(['trace', door, messageId]));
  return { door, messageId, text, traceparent: traceparentOf(digest.slice(0, 32), digest.slice(32, 48)) };
}

/** Relay id by door, as the stack says in a file beside the code. */
export const alarmDoorsSchema = z.record(z.string(), z.string());
