import { CfnElement, Duration, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CustomerKey } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

interface DataBucketProps {
  retention: Duration;
  /** So long a version can be brought back that was replaced or put aside. */
  recoverable: Duration;
  /** What shows who came, in the place of access logs; a sentence. */
  traced: string;
  /** Why functions are granted patterns of objects; a sentence. */
  keys: string;
  /** What else the bucket is. */
  more?: BucketProps;
}

/** A private bucket that keeps versions, and outlives the stack. */
export class DataBucket extends Construct {
  readonly bucket: Bucket;
  readonly #keys: string;

  constructor(scope: Construct, { retention, recoverable, traced, keys, more }: DataBucketProps) {
    // CDK leaves this id out of logical ids, by which the buckets of deployed stacks are known.
    super(scope, 'Default');
    const encryptionKey = CustomerKey.of(this);
    this.#keys = keys;
    const { lifecycleRules = [], ...others } = more ?? {};
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // With a key of its own for the bucket, KMS is asked once in a while instead of for each object.
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        {
          expiration: retention,
          noncurrentVersionExpiration: recoverable,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        ...lifecycleRules,
      ],
      removalPolicy: dataPolicy,
      ...others,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: `${traced} Who must log readers adds CloudTrail data events for the account, which also cover other buckets.`,
    });
  }

  /** Lets the function do so with objects of a pattern. */
  allow(fn: RelayFunction, action: string, objects: string): void {
    fn.allow([action], this.bucket.arnForObjects(objects));
    const resource = this.bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new Error('The bucket has no resource');
    Validations.of(fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/${objects}]`,
      reason: this.#keys,
    });
  }
}
