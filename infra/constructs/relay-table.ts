import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { callKeyPrefix, deliveryKeyPrefix, newestIndex, rateKeyPrefix } from '../../functions/contract/table.ts';
import type { RelayFunction } from './relay-function.ts';

/**
 * The one table. No function may scan it or delete from it: what is taken away is marked, and rows with `expiresAt` end
 * by TTL.
 */
export class RelayTable extends Construct {
  readonly name: string;
  readonly #table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#table.addGlobalSecondaryIndex({
      indexName: newestIndex.name,
      partitionKey: { name: newestIndex.partitionKey, type: AttributeType.STRING },
      sortKey: { name: newestIndex.sortKey, type: AttributeType.STRING },
      // A change that moves no row in a list costs the index nothing, and each of its writes is one unit.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.name = this.#table.tableName;
  }

  /** Single rows by their key, nothing else. */
  lookedUpBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem']);
  }

  /** Adds rows of deliveries, and can write no other row. */
  deliveriesRememberedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:PutItem'], this.#table.tableArn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${deliveryKeyPrefix}*`] },
    });
  }

  /** Counts requests, and can change no other row. */
  requestsCountedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:UpdateItem'], this.#table.tableArn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${rateKeyPrefix}*`] },
    });
  }

  /** Writes down what calls came to, and can change no other row. */
  callsRecordedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:UpdateItem'], this.#table.tableArn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${callKeyPrefix}*`] },
    });
    fn.setAddress('tableName', this.name);
  }

  updatedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  }

  /** Rows by their keys, new ones too, but no lists. */
  keptBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  readAndWrittenBy(...fns: RelayFunction[]): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    for (const fn of fns) this.#bind(fn, actions);
  }

  /** Many rows by their keys at once. */
  readInBatchesBy(...fns: RelayFunction[]): void {
    for (const fn of fns) fn.allow(['dynamodb:BatchGetItem'], this.#table.tableArn);
  }

  /** Newest rows first: keys from the index, then the rows by their keys. */
  listedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:Query'], `${this.#table.tableArn}/index/${newestIndex.name}`);
    fn.allow(['dynamodb:BatchGetItem'], this.#table.tableArn);
  }

  #bind(fn: RelayFunction, actions: string[]): void {
    fn.allow(actions, this.#table.tableArn);
    fn.setAddress('tableName', this.name);
  }
}
