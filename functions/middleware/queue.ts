import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import * as z from 'zod';
import { totalOf } from '../domain/decision/ledger.ts';
import { retryDelaySeconds } from '../domain/task/retry-delay.ts';
import type { CallMetrics, Redelivery, RoutingMetrics } from '../ports.ts';
import { describe } from './errors.ts';
import { logger } from './log.ts';
import { metrics } from './metrics.ts';

/** What is read of an SQS event. */
const recordSchema = z.object({
  messageId: z.string(),
  receiptHandle: z.string(),
  body: z.string(),
  attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
});
const eventSchema = z.object({ Records: z.array(recordSchema) });

/** The messages that stay in the queue; all others are deleted from it. */
interface QueueAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

interface Batch<Schema extends z.ZodType> {
  schema: Schema;
  redelivery: Redelivery;
  /** Ids that stand on the log line of a message. */
  ids(message: z.infer<Schema>): Record<string, string>;
  /** One result per message, in order: undefined where it is done, else how much of it failed and why. */
  run(messages: z.infer<Schema>[]): Promise<({ entries: number; error: unknown } | undefined)[]>;
}

/** The middy chain of a queue's consumer: parsed messages, partial answers, ids and codes in the log. */
export const queue = <Schema extends z.ZodType>({ schema, redelivery, ids, run }: Batch<Schema>) =>
  middy<unknown, QueueAnswer>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .onError((request) => {
      logger.error('Batch failed', { error: describe(request.error) });
      // Replaced, not thrown: middy would attach the original, whose message may quote a payload.
      request.error = new Error('The batch failed and comes again');
    })
    .handler(async (event: unknown) => {
      const { Records } = eventSchema.parse(event);
      const read = Records.map(({ messageId, body }) => ({ messageId, message: parse(schema, body) }));
      const readable = read.flatMap(({ messageId, message }) =>
        message.success ? [{ messageId, message: message.data }] : [],
      );
      const results = await run(readable.map(({ message }) => message));
      const failed = readable.flatMap(({ messageId, message }, index) => {
        const result = results[index];
        if (result === undefined) return [];
        const { entries, error } = result;
        logger.error('Message failed', { messageId, ...ids(message), entries, error: describe(error) });
        return [messageId];
      });
      const unreadable = read.filter(({ message }) => !message.success).map(({ messageId }) => messageId);
      for (const messageId of unreadable) logger.error('Message not readable', { messageId });
      logger.info('Batch finished', { messages: Records.length, failed: failed.length + unreadable.length });
      const again = new Set([...unreadable, ...failed]);
      await Promise.all(Records.filter(({ messageId }) => again.has(messageId)).map((each) => delay(redelivery, each)));
      return { batchItemFailures: [...unreadable, ...failed].map((itemIdentifier) => ({ itemIdentifier })) };
    });

/** Without this a failed message would come again after the whole visibility time-out; it does so if this fails. */
async function delay(redelivery: Redelivery, record: z.infer<typeof recordSchema>): Promise<void> {
  const { messageId, receiptHandle, attributes } = record;
  try {
    await redelivery.delay(receiptHandle, retryDelaySeconds(attributes.ApproximateReceiveCount));
  } catch (error) {
    logger.warn('Message not delayed', { messageId, error: describe(error) });
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, body: string): z.ZodSafeParseResult<z.infer<Schema>> {
  try {
    return schema.safeParse(JSON.parse(body));
  } catch {
    return schema.safeParse(undefined);
  }
}

/**
 * Per relay: entries that were routed, decisions by reason, and their sum. `Decisions` of a relay is at all times the
 * sum of its `Decisions` by reason. Ids of relays are dimensions because there are few of them, and a team alarms on
 * its own.
 */
export const routingMetrics: RoutingMetrics = {
  publish({ relays, alertsRouted }) {
    for (const [relayId, { entries, reasons }] of relays) {
      add({ relay: relayId }, 'Entries', entries);
      add({ relay: relayId }, 'Decisions', totalOf(reasons));
      for (const [reason, count] of Object.entries(reasons)) add({ relay: relayId, reason }, 'Decisions', count);
    }
    if (alertsRouted > 0) add({}, 'AlertsRouted', alertsRouted);
  },
};

/** Calls of webhook rules by what became of them. */
export const callMetrics: CallMetrics = {
  publish: (results) => {
    for (const [result, count] of results) add({ result }, 'WebhookCalls', count);
  },
};

function add(dimensions: Record<string, string>, name: string, count: number): void {
  const single = metrics.singleMetric();
  single.addDimensions(dimensions);
  single.addMetric(name, MetricUnit.Count, count);
}
