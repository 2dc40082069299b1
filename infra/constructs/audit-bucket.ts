import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { digestPrefix, recordPrefix } from '../../functions/contract/audit-records.ts';
import type { Configuration } from '../configuration/schema.ts';
import { DataBucket } from './data-bucket.ts';
import type { RelayFunction } from './relay-function.ts';

type AuditConfiguration = Pick<Configuration, 'auditRetentionDays' | 'auditLock'>;

/** So long a version can be brought back that somebody has put aside. */
const DELETED_DAYS = 30;

/**
 * Audit records and their hourly digests. Whoever writes here creates: no object is replaced, by anybody, and no
 * function may delete. Made for object lock from the start, for a bucket that is not cannot become so in its place.
 */
export class AuditBucket extends Construct {
  readonly name: string;
  readonly #data: DataBucket;
  readonly #retentionDays: number;

  constructor(scope: Construct, id: string, { auditRetentionDays, auditLock }: AuditConfiguration) {
    super(scope, id);
    const retention = Duration.days(auditRetentionDays);
    this.#retentionDays = auditRetentionDays;
    this.#data = new DataBucket(this, {
      retention,
      recoverable: Duration.days(DELETED_DAYS),
      traced: 'What is written here is listed with its hash, hour by hour, in a chain that shows what was taken away.',
      keys: 'Object keys have the hour and an id, which are made at run time.',
      more: {
        objectLockEnabled: true,
        ...(auditLock !== 'off' && { objectLockDefaultRetention: ObjectLockRetention[auditLock](retention) }),
      },
    });
    const { bucket } = this.#data;
    bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        // Without the condition "only where there is none", a put would take the place of what is there.
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
    this.name = bucket.bucketName;
  }

  /** Adds records, and can read none. */
  recordedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, 's3:PutObject', recordPrefix);
  }

  /** Every hour reads what is new, and adds the digest. */
  digestedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:GetObject', '');
    this.#bind(fn, 's3:PutObject', digestPrefix);
    fn.allow(['s3:ListBucket'], this.#data.bucket.bucketArn);
    fn.setAddress('auditRetentionDays', String(this.#retentionDays));
    new Rule(this, 'Schedule', {
      description: 'opencode-relay: lists the audit records of the hour with their hashes',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(fn.lambda)],
    });
  }

  #bind(fn: RelayFunction, action: string, prefix: string): void {
    this.#data.allow(fn, action, `${prefix}*`);
    fn.setAddress('auditBucket', this.name);
  }
}
