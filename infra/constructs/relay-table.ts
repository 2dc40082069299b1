import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import {
  callKeyPrefix,
  deliveryKeyPrefix,
  newestIndex,
  rateKeyPrefix,
  timeToLiveAttribute,
} from '../../functions/contract/table.ts';
import type { Configuration } from '../configuration/schema.ts';
import { CustomerKey } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

type TableConfiguration = Pick<Configuration, 'tableName' | 'deletionProtection'>;

/**
 * The one table. No function may scan it or delete from it: what is taken away is marked, and rows with `expiresAt` end
 * by TTL.
 */
export class RelayTable extends Construct {
  readonly name: string;
  readonly #arn: string;

  constructor(scope: Construct, id: string, config: TableConfiguration) {
    super(scope, id);
    const { tableName } = config;
    const table =
      tableName === undefined ? createTable(this, config) : Table.fromTableName(this, 'Existing', tableName);
    this.name = table.tableName;
    this.#arn = table.tableArn;
  }

  /** Single rows by their key, nothing else. */
  lookedUpBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem']);
  }

  /** Adds rows of deliveries, and can write no other row. */
  deliveriesRememberedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:PutItem'], this.#arn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${deliveryKeyPrefix}*`] },
    });
  }

  /** Makes a relay and its hook. A row of a hook opens nothing that the relay's own row of it does not. */
  heartbeatKeptBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem']);
    fn.allow(['dynamodb:PutItem'], this.#arn, {
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['RELAYS', `RELAY#${heartbeat.relayId}`, 'HOOK#*'],
      },
    });
  }

  /** Counts requests, and can change no other row. */
  requestsCountedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:UpdateItem'], this.#arn, {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${rateKeyPrefix}*`] },
    });
  }

  /** Writes down what calls came to, and can change no other row. */
  callsRecordedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:UpdateItem'], this.#arn, {
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

  /** Reads what is open, and ends what nobody else does. */
  sweptBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
    this.listedBy(fn);
  }

  /** Rows by their keys and lists of an alert's, and no change. */
  readBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem', 'dynamodb:Query']);
  }

  /** Many rows by their keys at once. */
  readInBatchesBy(...fns: RelayFunction[]): void {
    for (const fn of fns) fn.allow(['dynamodb:BatchGetItem'], this.#arn);
  }

  /** Newest rows first: keys from the index, then the rows by their keys. */
  listedBy(fn: RelayFunction): void {
    fn.allow(['dynamodb:Query'], `${this.#arn}/index/${newestIndex.name}`);
    fn.allow(['dynamodb:BatchGetItem'], this.#arn);
  }

  #bind(fn: RelayFunction, actions: string[]): void {
    fn.allow(actions, this.#arn);
    fn.setAddress('tableName', this.name);
  }
}

function createTable(scope: Construct, { deletionProtection }: TableConfiguration): Table {
  const encryptionKey = CustomerKey.of(scope);
  const table = new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(encryptionKey
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
      : { encryption: TableEncryption.AWS_MANAGED }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute,
    deletionProtection: deletionProtection === 'on',
    removalPolicy: dataPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: newestIndex.name,
    partitionKey: { name: newestIndex.partitionKey, type: AttributeType.STRING },
    sortKey: { name: newestIndex.sortKey, type: AttributeType.STRING },
    // A change that moves no row in a list costs the index nothing, and each of its writes is one unit.
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}
