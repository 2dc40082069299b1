import { z } from 'zod';
import { certificateArn, pairsOf, relayId, topicArn, whole } from './values.ts';

/** A subscription each, of the 500 resources that a stack may have. */
const MOST_TOPICS = 300;

/** Where alerts and requests come in, and how many. */
export const doorKeys = {
  /** Name of the HTTP API beside AWS's own, with the ARN of its certificate in the same region. */
  domainName: z
    .string()
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a host name in lower case, relay.example.com')
    .optional(),
  domainCertificateArn: certificateArn.optional(),
  /** Of the hooks: far above what one team's monitoring sends, since some senders drop an alert for good on a 429. */
  throttleRatePerSecond: whole(1, 10_000).default(1_000),
  throttleBurst: whole(1, 5_000).default(2_000),
  /** Of one hook, over windows of 10 s: a loop behind one of them leaves room for the others. */
  hookRatePerSecond: whole(1, 10_000).default(100),
  /** Of one API token, over windows of 10 s: one runaway client leaves room for the hooks and for the others. */
  tokenRatePerSecond: whole(1, 1_000).default(50),
  /** Header that each request of the HTTP API has to carry, as what stands before it adds. */
  frontHeader: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,60}$/i, 'must be the name of a header')
    .refine((name) => name.toLowerCase() !== 'authorization', 'must not be that of the tokens')
    .transform((name) => name.toLowerCase())
    .optional(),
  /** Relay that takes the CloudWatch alarms of this account and region from EventBridge. */
  cloudWatchAlarmsRelay: relayId.optional(),
  /** Relay id by the ARN of the SNS topic whose messages it takes. */
  snsTopics: pairsOf(relayId, 'topic ARNs with a relay id each, arn:…=rly_…')
    .refine(
      (topics) => Object.keys(topics).every((arn) => topicArn.safeParse(arn).success),
      'must name each topic by its ARN',
    )
    .refine(
      (topics) => Object.keys(topics).length <= MOST_TOPICS,
      `must be ${MOST_TOPICS} topics at most, as many as a stack has room for: give the rest to a second one`,
    )
    .default({}),
};
