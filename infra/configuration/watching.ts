import { z } from 'zod';
import { topicArn } from './values.ts';

/** Who is told of trouble, and what is measured. */
export const watchKeys = {
  /** SNS topic that the alarms tell. */
  alarmTopicArn: topicArn.optional(),
  /** Address that they tell by a topic of the stack's own; its owner has to confirm it once. */
  alarmEmail: z.email('must be one address, name@example.com').optional(),
  /** From what the requests of a quarter of an hour would cost in a day on, in US dollars, they are a flood. */
  floodUsdPerDay: z.coerce.number().min(0.1).max(10_000).default(10),
  /** Posts a test alert every five minutes, through the door that senders use. */
  heartbeat: z.enum(['on', 'off'], 'must be on or off').default('on'),
};
