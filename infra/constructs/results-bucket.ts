import { CfnElement, Duration, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CustomerKey } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

/** What was deleted or replaced by mistake can be brought back for so long; what was deleted for good is gone then. */
const RECOVERY_DAYS = 7;

/** Patches, answers and manifests, a folder per job. */
export class ResultsBucket extends Construct {
  readonly name: string;
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays }: { retentionDays: number }) {
    super(scope, id);
    const encryptionKey = CustomerKey.of(this);
    this.#bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // With a key of its own for the bucket, KMS is asked once in a while instead of for each object.
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        {
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(RECOVERY_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // What an expired object leaves; S3 takes this in no rule that has days.
        { expiredObjectDeleteMarker: true },
      ],
      removalPolicy: dataPolicy,
    });
    this.name = this.#bucket.bucketName;
    Validations.of(this.#bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Two roles write here and one hands out links for minutes; every object is named in the output of an execution. ' +
        'Who must log readers adds CloudTrail data events for the account, which also cover other buckets.',
    });
  }

  filledBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, 's3:PutObject');
  }

  /** Puts something into the manifest of a result that is there: one that checks are run on is stored before them. */
  amendedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, 's3:GetObject', '*/manifest.json');
  }

  readBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:GetObject');
    // Without it, S3 answers "access denied" for an object that is not there.
    fn.allow(['s3:ListBucket'], this.#bucket.bucketArn);
  }

  /** Through links that are signed with the function's own permission. */
  servedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:GetObject');
  }

  /** In all versions, and nothing else than results. */
  erasedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:DeleteObjectVersion', 'job_*');
    fn.allow(['s3:ListBucketVersions'], this.#bucket.bucketArn);
  }

  #bind(fn: RelayFunction, action: string, objects = '*'): void {
    fn.allow([action], this.#bucket.arnForObjects(objects));
    fn.setAddress('resultsBucket', this.name);
    Validations.of(fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${this.#logicalId}.Arn>/${objects}]`,
      reason: 'Object keys begin with the id of a job, which is made at run time.',
    });
  }

  get #logicalId(): string {
    const resource = this.#bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new Error('The bucket has no resource');
    return Stack.of(this).getLogicalId(resource);
  }
}
