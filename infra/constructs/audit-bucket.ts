import { CfnElement, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { digestPrefix, recordPrefix } from '../../functions/contract/audit-records.ts';
import type { Configuration } from '../configuration/schema.ts';
import { CustomerKey } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
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
  readonly #bucket: Bucket;
  readonly #retentionDays: number;

  constructor(scope: Construct, id: string, { auditRetentionDays, auditLock }: AuditConfiguration) {
    super(scope, id);
    const encryptionKey = CustomerKey.of(this);
    const retention = Duration.days(auditRetentionDays);
    this.#retentionDays = auditRetentionDays;
    this.#bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      ...(auditLock !== 'off' && { objectLockDefaultRetention: ObjectLockRetention[auditLock](retention) }),
      lifecycleRules: [
        {
          expiration: retention,
          noncurrentVersionExpiration: Duration.days(DELETED_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: dataPolicy,
    });
    this.#bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.#bucket.arnForObjects('*')],
        // Without the condition "only where there is none", a put would take the place of what is there.
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
    this.name = this.#bucket.bucketName;
    Validations.of(this.#bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'What is written here is listed with its hash, hour by hour, in a chain that shows what was taken away. ' +
        'Who must log readers adds CloudTrail data events for the account, which also cover other buckets.',
    });
  }

  /** Adds records, and can read none. */
  recordedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, 's3:PutObject', recordPrefix);
  }

  /** Every hour reads what is new, and adds the digest. */
  digestedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:GetObject', '');
    this.#bind(fn, 's3:PutObject', digestPrefix);
    fn.allow(['s3:ListBucket'], this.#bucket.bucketArn);
    fn.setAddress('auditRetentionDays', String(this.#retentionDays));
    new Rule(this, 'Schedule', {
      description: 'opencode-relay: lists the audit records of the hour with their hashes',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(fn.lambda)],
    });
  }

  #bind(fn: RelayFunction, action: string, prefix: string): void {
    fn.allow([action], this.#bucket.arnForObjects(`${prefix}*`));
    fn.setAddress('auditBucket', this.name);
    Validations.of(fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${this.#logicalId}.Arn>/${prefix}*]`,
      reason: 'Object keys have the hour and an id, which are made at run time.',
    });
  }

  get #logicalId(): string {
    const resource = this.#bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new Error('The bucket has no resource');
    return Stack.of(this).getLogicalId(resource);
  }
}
