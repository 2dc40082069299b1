import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { z } from 'zod';
import { limits } from '../functions/contract/limits.ts';

/** Retention periods that CloudWatch Logs knows, in days. 9999 is CDK's word for "for ever": logs have to end. */
const retentionDays = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9999);

const relayId = z.string().regex(/^rly_[0-9a-f]{32}$/, 'must be the id of a relay, rly_…');
const topicArn = /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/;

/** From the command line: `<topic ARN>=<relay id>`, comma-separated. */
const topicsText = z.string().transform((text) => Object.fromEntries(pairsIn(text)));

const pairsIn = (text: string): string[][] =>
  text.split(',').flatMap((pair) => (pair.trim() === '' ? [] : [pair.trim().split('=')]));

const configSchema = z.strictObject({
  /** Of the stack; also the prefix of its secrets. Another name is a second deployment beside the first. */
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'must be letters, digits and hyphens, at most 100, and begin with a letter')
    .default('OpencodeRelay'),
  /** Host names of OpenCode servers that may be reached by http, on loopback or in a link-local range. */
  privateHosts: z
    .union(
      [z.array(z.string()), z.string().transform((text) => text.split(','))],
      'must be host names, comma-separated',
    )
    .transform((hosts) => hosts.map((host) => host.trim()).filter((host) => host !== ''))
    .default([]),
  /** Addresses of private networks that OpenCode servers of rules may have: their own network is where most are. */
  privateServers: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('allowed'),
  /** The same for what webhook rules call: whoever may write a rule would look around in the network of the stack. */
  privateWebhooks: z.enum(['allowed', 'refused'], 'must be allowed or refused').default('refused'),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => retentionDays.includes(days), `must be one of ${retentionDays.join(', ')}`)
    .default(90),
  resultRetentionDays: z.coerce.number().int().min(1).max(3_650).default(90),
  /** Of the hooks: far above what one team's monitoring sends, since some senders drop an alert for good on a 429. */
  throttleRatePerSecond: z.coerce.number().int().min(1).max(10_000).default(1_000),
  throttleBurst: z.coerce.number().int().min(1).max(5_000).default(2_000),
  /** Of one hook, over windows of 10 s: a loop behind one of them leaves room for the others. */
  hookRatePerSecond: z.coerce.number().int().min(1).max(10_000).default(100),
  /** Of one API token, over windows of 10 s: one runaway client leaves room for the hooks and for the others. */
  tokenRatePerSecond: z.coerce.number().int().min(1).max(1_000).default(50),
  /**
   * Concurrency that the account keeps free for receiving alerts, and for each function of a session. Absent: none,
   * since small accounts have ten in all.
   */
  hookConcurrency: z.coerce.number().int().min(1).max(1_000).optional(),
  sessionConcurrency: z.coerce.number().int().min(1).max(1_000).optional(),
  /** Header that each request of the HTTP API has to carry, as what stands before it adds. */
  frontHeader: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,60}$/i, 'must be the name of a header')
    .refine((name) => name.toLowerCase() !== 'authorization', 'must not be that of the tokens')
    .transform((name) => name.toLowerCase())
    .optional(),
  /**
   * Of the whole stack and a day in UTC, whatever rules and integrations allow; absent: no limit. Costs in US dollars.
   */
  maxSessionsPerDay: z.coerce.number().int().min(limits.sessionsPerDay.min).max(limits.sessionsPerDay.max).optional(),
  maxCostUsdPerDay: z.coerce.number().min(limits.costUsd.min).max(limits.costUsd.max).optional(),
  /** Relay that takes the CloudWatch alarms of this account and region from EventBridge. */
  cloudWatchAlarmsRelay: relayId.optional(),
  /** Relay id by the ARN of the SNS topic whose messages it takes. */
  snsTopics: z
    .union([z.record(z.string(), z.unknown()), topicsText], 'must be topic ARNs with a relay id each, arn:…=rly_…')
    .pipe(z.record(z.string(), relayId))
    .refine((topics) => Object.keys(topics).every((arn) => topicArn.test(arn)), 'must name each topic by its ARN')
    .default({}),
});
export type Config = z.infer<typeof configSchema>;

/** Configuration from CDK context (`-c key=value`, or `cdk.json`). A wrong value stops the synth and names its key. */
export function readConfig(node: Node): Config {
  const given = Object.keys(configSchema.shape)
    .map((key) => [key, node.tryGetContext(key)])
    .filter(([, value]) => value !== undefined);
  const config = configSchema.safeParse(Object.fromEntries(given));
  if (!config.success) {
    const issues = config.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`CDK context does not fit. ${issues.join('; ')}`);
  }
  return config.data;
}
