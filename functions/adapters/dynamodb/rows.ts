import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Table, written } from './table.ts';

export type Key = Record<string, string>;
export type Row = Record<string, unknown>;

/** What has to hold for a write. `names`, `values`: of the placeholders in it. */
export interface Condition {
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

export const isAbsent: Condition = { expression: 'attribute_not_exists(pk)' };
export const isPresent: Condition = { expression: 'attribute_exists(pk)' };

/** Strongly consistent. */
export async function getRow(table: Table, key: Key): Promise<Row | undefined> {
  if (table.read) return table.read(key);
  const command = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
  return (await table.client.send(command)).Item;
}

/** Writes the row as a whole. False, and nothing written, unless the condition holds. */
export const putRow = (table: Table, row: Row, condition?: Condition): Promise<boolean> =>
  written(
    table.client.send(new PutCommand({ TableName: table.name, Item: row, ...(condition && clauseOf(condition)) })),
  );

/** The row that is stored: this one, or the one that was there first. */
export async function createOrGetRow(table: Table, key: Key, row: Row, condition = isAbsent): Promise<Row> {
  const stored = { ...key, ...row };
  if (await putRow(table, stored, condition)) return stored;
  return (await getRow(table, key)) ?? stored;
}

/**
 * Sets attributes of a row; undefined ones are left alone. False, and nothing written, unless the condition holds.
 * Names are aliased, so none can be a reserved word.
 */
export function setAttributes(table: Table, key: Key, attributes: Row, condition?: Condition): Promise<boolean> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const names = { ...condition?.names, ...Object.fromEntries(given.map(([name]) => [`#${name}`, name])) };
  const values = { ...condition?.values, ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])) };
  return written(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key,
        UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ...(condition && { ConditionExpression: condition.expression }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      }),
    ),
  );
}

/**
 * Compare and swap: writes the next version. False, and nothing written, unless the stored one is `version`; 0: there
 * is none.
 */
export const swapRow = (table: Table, key: Key, row: Row, version: number): Promise<boolean> =>
  setAttributes(
    table,
    key,
    { ...row, version: version + 1 },
    version === 0 ? isAbsent : { expression: '#version = :before', values: { ':before': version } },
  );

/** As a command has it. */
export const clauseOf = ({ expression, names, values }: Condition) => ({
  ConditionExpression: expression,
  ...(names && { ExpressionAttributeNames: names }),
  ...(values && { ExpressionAttributeValues: values }),
});
