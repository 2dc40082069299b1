import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Row } from './rows.ts';
import type { Table } from './table.ts';

/** As DynamoDB has it. */
export const KEYS_PER_BATCH = 100;
/** What a batch leaves out (16 MB are full, or the table is busy) is asked for again this often. */
const BATCH_TRIES = 20;

/** Rows by their keys, 100 at most, strongly consistent, in no order; one that is not there is left out. */
export async function batchGet(table: Table, rowKeys: Row[], names?: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  let wanted: Row[] = rowKeys;
  for (let tried = 0; wanted.length > 0; tried++) {
    if (tried === BATCH_TRIES) throw new Error('The table gives its rows too slowly');
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({
        RequestItems: { [table.name]: { Keys: wanted, ConsistentRead: true, ...(names && only(names)) } },
      }),
    );
    rows.push(...(Responses?.[table.name] ?? []));
    wanted = UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return rows;
}

/** Aliased, so that none can be a reserved word. */
const only = (names: string[]) => ({
  ProjectionExpression: names.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
});
