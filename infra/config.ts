import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { z } from 'zod';

/** Retention periods that CloudWatch Logs knows, in days. 9999 is CDK's word for "for ever": logs have to end. */
const retentionDays = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9999);

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
  logRetentionDays: z.coerce
    .number()
    .refine((days) => retentionDays.includes(days), `must be one of ${retentionDays.join(', ')}`)
    .default(90),
  resultRetentionDays: z.coerce.number().int().min(1).max(3_650).default(90),
  /** Of the whole API: far above what one team's monitoring sends, far below what an account allows. */
  throttleRatePerSecond: z.coerce.number().int().min(1).max(10_000).default(200),
  throttleBurst: z.coerce.number().int().min(1).max(5_000).default(400),
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
