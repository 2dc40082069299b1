import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { AwsError } from '../error.ts';
import { parseRequest } from '../request.ts';
import { tableDescriptionSchema } from './definition.ts';

const table = { TableName: z.string() };
const schemas = {
  RestoreTableToPointInTime: z.strictObject({
    SourceTableName: z.string(),
    TargetTableName: z.string(),
    UseLatestRestorableTime: z.boolean().default(false),
    RestoreDateTime: z.unknown().optional(),
  }),
  UpdateContinuousBackups: z.strictObject({
    ...table,
    PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }),
  }),
  UpdateTable: z.strictObject({ ...table, DeletionProtectionEnabled: z.boolean() }),
} as const;
type Recovery = keyof typeof schemas;

export const isRecovery = (operation: string): operation is Recovery => operation in schemas;

type Call = (operation: string, input: object) => Promise<unknown>;

/**
 * What an operator brings a table back by. Here nothing is kept of the past: a table is restored as it is now. Backups
 * and protection are taken note of by nobody, since the data folder is the user's.
 */
export async function recover(operation: Recovery, input: unknown, call: Call): Promise<unknown> {
  if (operation !== 'RestoreTableToPointInTime') {
    const { TableName } =
      operation === 'UpdateTable'
        ? parseRequest(schemas.UpdateTable, input)
        : parseRequest(schemas.UpdateContinuousBackups, input);
    await call('DescribeTable', { TableName });
    return {};
  }
  const request = parseRequest(schemas.RestoreTableToPointInTime, input);
  if (!request.UseLatestRestorableTime) {
    throw new AwsError(
      'InvalidRestoreTimeException',
      'Here a table is restored as it is now: ask for the latest time.',
    );
  }
  return copy(call, request.SourceTableName, request.TargetTableName);
}

/** A table takes no item before, which is one tick of the engine's clock. */
async function becomeActive(call: Call, TableName: string): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const { Table } = tableDescriptionSchema.parse(await call('DescribeTable', { TableName }));
    if (Table.TableStatus === 'ACTIVE') return;
    await setTimeout(1);
  }
}
const MOST_LOOKS = 100;

const pageSchema = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});
/** As many as the engine takes in one call. */
const AT_ONCE = 25;

async function copy(call: Call, from: string, to: string): Promise<unknown> {
  const names = z.object({ TableNames: z.array(z.string()) }).parse(await call('ListTables', {})).TableNames;
  if (names.includes(to)) throw new AwsError('TableAlreadyExistsException', `Table already exists: ${to}`);
  const { Table } = tableDescriptionSchema.parse(await call('DescribeTable', { TableName: from }));
  const indexes = Table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  await call('CreateTable', {
    TableName: to,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Table.AttributeDefinitions,
    KeySchema: Table.KeySchema,
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  });
  await becomeActive(call, to);
  let position: object = {};
  for (;;) {
    const { Items, LastEvaluatedKey } = pageSchema.parse(await call('Scan', { TableName: from, ...position }));
    for (let first = 0; first < Items.length; first += AT_ONCE) {
      const puts = Items.slice(first, first + AT_ONCE).map((Item) => ({ PutRequest: { Item } }));
      await call('BatchWriteItem', { RequestItems: { [to]: puts } });
    }
    if (!LastEvaluatedKey) break;
    position = { ExclusiveStartKey: LastEvaluatedKey };
  }
  return { TableDescription: { TableName: to, TableStatus: 'CREATING' } };
}
