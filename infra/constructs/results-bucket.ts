import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { reportKeyOf } from '../../functions/contract/report.ts';
import { DataBucket } from './data-bucket.ts';
import type { RelayFunction } from './relay-function.ts';

/** What was deleted or replaced by mistake can be brought back for so long; what was deleted for good is gone then. */
const RECOVERY_DAYS = 7;
const PAGES = reportKeyOf('*');

/** Patches, answers, manifests and pages, a folder per job. */
export class ResultsBucket extends Construct {
  readonly name: string;
  readonly #data: DataBucket;

  constructor(scope: Construct, id: string, { retentionDays }: { retentionDays: number }) {
    super(scope, id);
    this.#data = new DataBucket(this, {
      retention: Duration.days(retentionDays),
      recoverable: Duration.days(RECOVERY_DAYS),
      traced:
        'Three roles write here and one hands out links for minutes; every object is named in the output of an execution.',
      keys: 'Object keys begin with the id of a job, which is made at run time.',
      // What an expired object leaves; S3 takes this in no rule that has days.
      more: { lifecycleRules: [{ expiredObjectDeleteMarker: true }] },
    });
    this.name = this.#data.bucket.bucketName;
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
    fn.allow(['s3:ListBucket'], this.#data.bucket.bucketArn);
  }

  /** Writes the pages of sessions from their results; one whose session is erased meanwhile is taken away again. */
  reportedBy(fn: RelayFunction): void {
    this.readBy(fn);
    this.#bind(fn, 's3:PutObject', PAGES);
    this.#bind(fn, 's3:DeleteObjectVersion', PAGES);
    fn.allow(['s3:ListBucketVersions'], this.#data.bucket.bucketArn);
  }

  /** Through links that are signed with the function's own permission. */
  servedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:GetObject');
  }

  /** In all versions, and nothing else than results. */
  erasedBy(fn: RelayFunction): void {
    this.#bind(fn, 's3:DeleteObjectVersion', 'job_*');
    fn.allow(['s3:ListBucketVersions'], this.#data.bucket.bucketArn);
  }

  #bind(fn: RelayFunction, action: string, objects = '*'): void {
    this.#data.allow(fn, action, objects);
    fn.setAddress('resultsBucket', this.name);
  }
}
