import { z } from 'zod';
import { metricDimensions } from '../../functions/contract/metrics.ts';
import { listOf, topicArn } from './values.ts';

const onOff = z.enum(['on', 'off'], 'must be on or off');

/** Who is told of trouble, and what is measured. */
export const watchKeys = {
  /** SNS topic that the alarms tell. */
  alarmTopicArn: topicArn.optional(),
  /** Address that they tell by a topic of the stack's own; its owner has to confirm it once. */
  alarmEmail: z.email('must be one address, name@example.com').optional(),
  /** From what the requests of a quarter of an hour would cost in a day on, in US dollars, they are a flood. */
  floodUsdPerDay: z.coerce.number().min(0.1).max(10_000).default(10),
  /** Posts a test alert every five minutes, through the door that senders use. */
  heartbeat: onOff.default('on'),
  /** Three dashboards of an account are free, a further one costs $3 a month. */
  dashboard: onOff.default('on'),
  /** Ids that counts are told apart by. */
  metricDimensions: listOf(
    z.enum(metricDimensions, `must be some of ${metricDimensions.join(', ')}`),
    'some of relay, rule, integration',
  ).default(['rule', 'integration']),
};
