import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { limits } from '../../functions/contract/limits.ts';
import { doorKeys } from './doors.ts';
import { networkKeys } from './network.ts';
import { keyArn, managedPolicyArn, pairsOf, regionIn, whole } from './values.ts';
import { watchKeys } from './watching.ts';

/** Retention periods that CloudWatch Logs knows, in days. 9999 is CDK's word for "for ever": logs have to end. */
const retentionDays = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9999);

/** What the stack's resources are made with, and how much of everything. */
const resourceKeys = {
  /** Of every resource that can have tags. */
  tags: pairsOf(z.string().max(256), 'names and values, name=value')
    .refine(
      (tags) => Object.keys(tags).every((name) => /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/u.test(name)),
      'must have names of letters, digits and _.:/=+@-, none of which begins with aws:',
    )
    .default({}),
  /** Managed policy that bounds every role, where an organisation asks for one. */
  permissionsBoundaryArn: managedPolicyArn.optional(),
  /**
   * Customer-managed key of table, bucket, queues, secrets and logs; its policy has to let their services in. Not of
   * the executions: the events of their ends would come without the input then.
   */
  kmsKeyArn: keyArn.optional(),
  /** An existing table instead of the stack's own, e.g. one that was restored to a point in time. */
  tableName: z
    .string()
    .regex(/^[\w.-]{3,255}$/, 'must be the name of a DynamoDB table of this account and region')
    .optional(),
  /** Off only to delete the table, or to deploy a first time: a protected one could not be rolled back. */
  deletionProtection: z.enum(['on', 'off'], 'must be on or off').default('on'),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => retentionDays.includes(days), `must be one of ${retentionDays.join(', ')}`)
    .default(90),
  resultRetentionDays: whole(1, 3_650).default(90),
  /** Of alerts once they are resolved, with their decisions and jobs. */
  alertRetentionDays: whole(30, 3_650).default(400),
  /** Of audit records and their digests: longer than Step Functions shows an execution. */
  auditRetentionDays: whole(90, 3_650).default(400),
  /** S3's object lock on what is written from then on, for as long as it is kept; compliance: nobody can lift it. */
  auditLock: z.enum(['off', 'governance', 'compliance'], 'must be off, governance or compliance').default('off'),
  /**
   * Concurrency that the account keeps free for receiving alerts, and for each function of a session. Absent: none,
   * since small accounts have ten in all.
   */
  hookConcurrency: whole(1, 1_000).optional(),
  sessionConcurrency: whole(1, 1_000).optional(),
  /** Calls at once that empty a queue: 10 with 10 deliveries each outrun the quota of StartExecution long before. */
  deliveryConsumers: whole(2, 1_000).default(10),
  /** The same for calls of webhook rules, five of which are in a batch: a receiver has its limits too. */
  webhookConsumers: whole(2, 1_000).default(10),
  /**
   * Of the whole stack and a day in UTC, whatever rules and integrations allow; absent: no limit. Costs in US dollars.
   */
  maxSessionsPerDay: whole(limits.sessionsPerDay.min, limits.sessionsPerDay.max).optional(),
  maxCostUsdPerDay: z.coerce.number().min(limits.costUsd.min).max(limits.costUsd.max).optional(),
};

/** One key of the configuration asks for, or rules out, what another one says. */
interface Contradiction {
  key: keyof Settings;
  message: string;
  found(settings: Settings): boolean;
}

const contradictions: Contradiction[] = [
  {
    key: 'securityGroupIds',
    message: 'must be given together with subnetIds: a function stands in a VPC with both or in none',
    found: ({ subnetIds, securityGroupIds }) => subnetIds.length > 0 !== securityGroupIds.length > 0,
  },
  {
    key: 'domainCertificateArn',
    message: 'must be given together with domainName',
    found: ({ domainName, domainCertificateArn }) =>
      (domainName === undefined) !== (domainCertificateArn === undefined),
  },
  {
    key: 'alarmTopicArn',
    message: "must not be one of snsTopics: an agent would look into the relay's own trouble with the relay",
    found: ({ alarmTopicArn, snsTopics }) => alarmTopicArn !== undefined && alarmTopicArn in snsTopics,
  },
  {
    key: 'snsTopics',
    message:
      "must all be of one region, the stack's: what a subscription cannot deliver goes to a queue, which AWS wants in " +
      'the region of the topic. Deploy a second stack in the other region, or forward there by a rule of EventBridge',
    found: ({ snsTopics }) => new Set(Object.keys(snsTopics).map(regionIn)).size > 1,
  },
];

const settingsSchema = z.strictObject({ ...networkKeys, ...doorKeys, ...resourceKeys, ...watchKeys });
type Settings = z.infer<typeof settingsSchema>;

/** Every key of a stack's configuration. Closed: a key that is not known is a slip, and would do nothing. */
export const configurationSchema = settingsSchema.superRefine((settings, { addIssue }) => {
  for (const { key, message, found } of contradictions) {
    if (found(settings)) addIssue({ code: 'custom', path: [key], message });
  }
});

/** ARNs of what has to be in the region of the stack. */
export const regionalArns = ({ snsTopics, kmsKeyArn, alarmTopicArn, domainCertificateArn }: Settings): string[] =>
  [...Object.keys(snsTopics), kmsKeyArn, alarmTopicArn, domainCertificateArn].filter((arn) => arn !== undefined);

export const configurationKeys = Object.keys(settingsSchema.shape);

export const stackNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'must be letters, digits and hyphens, at most 100, and begin with a letter');

export interface Configuration extends Settings {
  /** Of the stack; also the prefix of its secrets. Another name is a second deployment beside the first. */
  stackName: string;
}

/** Under which the deployed template has the configuration that it was made with. */
export const configurationMetadata = 'OpencodeRelayConfiguration';
