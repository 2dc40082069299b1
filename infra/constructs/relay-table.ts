import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { RelayFunction } from './relay-function.ts';

/** The one table. No function may scan it, and none deletes: rows end by TTL. */
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
    this.name = this.#table.tableName;
  }

  /** Single rows by their key, nothing else. */
  lookedUpBy(fn: RelayFunction): void {
    this.#bind(fn, ['dynamodb:GetItem']);
  }

  updatedBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  }

  readAndWrittenBy(...fns: RelayFunction[]): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    for (const fn of fns) this.#bind(fn, actions);
  }

  #bind(fn: RelayFunction, actions: string[]): void {
    fn.allow(actions, this.#table.tableArn);
    fn.setAddress('tableName', this.name);
  }
}
