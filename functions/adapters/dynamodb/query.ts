import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/**
 * All rows of a partition, or those whose sort key begins with `prefix`, however many pages they take. Strongly
 * consistent: a list shows what was just written.
 */
export async function queryPartition(
  table: Table,
  partition: string,
  prefix?: string,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': partition, ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    rows.push(...Items);
    start = LastEvaluatedKey;
  } while (start);
  return rows;
}

/** Newest last; the id decides between rows of the same millisecond. */
export const byAge = (a: { createdAt: string; id: string }, b: { createdAt: string; id: string }): number =>
  a.createdAt === b.createdAt ? compare(a.id, b.id) : compare(a.createdAt, b.createdAt);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
