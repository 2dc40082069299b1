import middy from '@middy/core';
import * as z from 'zod';
import { isHeartbeat } from '../contract/heartbeat.ts';
import type { ReasonCounts } from '../contract/reason-codes.ts';
import { traceparentName } from '../contract/traceparent.ts';
import { totalOf } from '../domain/decision/ledger.ts';
import { type BatchLeftover, isToBeSentAgain, returnSeconds, type TimeLeft } from '../domain/task/batch.ts';
import { retryDelaySeconds } from '../domain/task/retry-delay.ts';
import { readTraceparent } from '../domain/task/traceparent.ts';
import type { CallMetrics, Redelivery, RoutingMetrics } from '../ports.ts';
import { describe } from './errors.ts';
import { invocationLog, logger } from './log.ts';
import { addCount, isCountedBy } from './metrics.ts';
import { type LogKeys, traceKey } from './trace.ts';

/** What is read of an SQS event. */
const recordSchema = z.object({
  messageId: z.string(),
  receiptHandle: z.string(),
  body: z.string(),
  attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
  /** Ours have the trace, since the release that knows one. */
  messageAttributes: z.record(z.string(), z.object({ stringValue: z.string().nullish() })).nullish(),
});
type SqsRecord = z.infer<typeof recordSchema>;
const eventSchema = z.object({ Records: z.array(recordSchema) });

/** The messages that stay in the queue; all others are deleted from it. */
interface QueueAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

interface Batch<Schema extends z.ZodType<{ traceparent?: string | undefined }>> {
  schema: Schema;
  redelivery: Redelivery;
  /** Ids that stand on the log line of a message. */
  ids(message: z.infer<Schema>): LogKeys;
  /** One result per message, in order: undefined where it is done. `receives`: how often each was received so far. */
  run(messages: z.infer<Schema>[], timeLeftMs: TimeLeft, receives: number[]): Promise<(BatchLeftover | undefined)[]>;
}

/** The middy chain of a queue's consumer: parsed messages, partial answers, ids and codes in the log. */
export const queue = <Schema extends z.ZodType<{ traceparent?: string | undefined }>>({
  schema,
  redelivery,
  ids,
  run,
}: Batch<Schema>) =>
  middy<unknown, QueueAnswer>()
    .use(invocationLog)
    .onError((request) => {
      logger.error('Batch failed', { error: describe(request.error) });
      // Replaced, not thrown: middy would attach the original, whose message may quote a payload.
      request.error = new Error('The batch failed and comes again');
    })
    .handler(async (event: unknown, context) => {
      const { Records } = eventSchema.parse(event);
      const read = Records.map((record) => ({ record, message: parse(schema, record) }));
      const readable = read.flatMap(({ record, message }) =>
        message.success ? [{ record, message: message.data }] : [],
      );
      const results = await run(
        readable.map(({ message }) => message),
        () => context.getRemainingTimeInMillis(),
        readable.map(({ record }) => record.attributes.ApproximateReceiveCount),
      );
      const kept = await Promise.all(
        readable.map(async ({ record, message }, index) => {
          const leftover = results[index];
          const keys = { messageId: record.messageId, ...ids(message), ...traceKey(message.traceparent) };
          if (leftover !== undefined)
            return (await keep({ redelivery, record, leftover, keys })) ? [record.messageId] : [];
          logger.info('Message done', keys);
          return [];
        }),
      );
      const unreadable = read.flatMap(({ record, message }) => (message.success ? [] : [record]));
      for (const { messageId } of unreadable) logger.error('Message not readable', { messageId });
      await Promise.all(unreadable.map((record) => delay(redelivery, record)));
      const failures = [...unreadable.map(({ messageId }) => messageId), ...kept.flat()];
      logger.info('Batch finished', { messages: Records.length, failed: failures.length });
      return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
    });

interface Left {
  redelivery: Redelivery;
  record: SqsRecord;
  leftover: BatchLeftover;
  /** Ids of its log line. */
  keys: LogKeys;
}

/** Has a message that was not done come again. False if another was stored in its place: then it is done. */
async function keep({ redelivery, record, leftover, keys }: Left): Promise<boolean> {
  const { attributes } = record;
  const { entries } = leftover;
  if ('error' in leftover) {
    logger.error('Message failed', { ...keys, entries, error: describe(leftover.error) });
    await delay(redelivery, record);
    return true;
  }
  const receives = attributes.ApproximateReceiveCount;
  logger.info('Message out of time', { ...keys, entries, outOfTime: leftover.outOfTime, receives });
  if (isToBeSentAgain(leftover.outOfTime, receives) && (await sendAgain(redelivery, record))) return false;
  await delay(redelivery, record, returnSeconds);
  return true;
}

/** Where it fails, the message itself comes again. */
async function sendAgain(redelivery: Redelivery, record: SqsRecord): Promise<boolean> {
  const { messageId, body } = record;
  try {
    await redelivery.sendAgain(body, traceOf(record));
    return true;
  } catch (error) {
    logger.warn('Message not sent again', { messageId, error: describe(error) });
    return false;
  }
}

/** Without this a failed message would come again after the whole visibility time-out; it does so if this fails. */
async function delay(
  redelivery: Redelivery,
  { messageId, receiptHandle, attributes }: SqsRecord,
  seconds = retryDelaySeconds(attributes.ApproximateReceiveCount),
): Promise<void> {
  try {
    await redelivery.delay(receiptHandle, seconds);
  } catch (error) {
    logger.warn('Message not delayed', { messageId, error: describe(error) });
  }
}

/** A trace that is none is as good as none: it never keeps a message from being read. */
const traceOf = ({ messageAttributes }: SqsRecord): string | undefined =>
  readTraceparent(messageAttributes?.[traceparentName]?.stringValue);

function parse<Schema extends z.ZodType>(schema: Schema, record: SqsRecord): z.ZodSafeParseResult<z.infer<Schema>> {
  const traceparent = traceOf(record);
  try {
    const body: unknown = JSON.parse(record.body);
    const isTraced = traceparent !== undefined && typeof body === 'object' && body !== null;
    return schema.safeParse(isTraced ? { ...body, traceparent } : body);
  } catch {
    return schema.safeParse(undefined);
  }
}

/**
 * Entries that were routed, decisions by reason, and their sum: of the stack, and of each relay where that is
 * configured. `Decisions` is at all times the sum of `Decisions` by reason.
 */
export const routingMetrics: RoutingMetrics = {
  publish({ relays, alertsRouted }) {
    for (const [relayId, { entries, reasons }] of relays) {
      if (isHeartbeat(relayId)) {
        addCount({}, 'Heartbeats', entries);
        continue;
      }
      countDecisions({}, entries, reasons);
      if (isCountedBy('relay')) countDecisions({ relay: relayId }, entries, reasons);
    }
    if (alertsRouted > 0) addCount({}, 'AlertsRouted', alertsRouted);
  },
};

function countDecisions(of: Record<string, string>, entries: number, reasons: ReasonCounts): void {
  addCount(of, 'Entries', entries);
  addCount(of, 'Decisions', totalOf(reasons));
  for (const [reason, count] of Object.entries(reasons)) addCount({ ...of, reason }, 'Decisions', count);
}

/** Calls of webhook rules by what became of them. */
export const callMetrics: CallMetrics = {
  publish: (results) => {
    for (const [result, count] of results) addCount({ result }, 'WebhookCalls', count);
  },
};
