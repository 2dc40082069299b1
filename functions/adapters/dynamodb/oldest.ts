import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { newestIndex } from '../../contract/table.ts';
import { batchGet } from './batch-get.ts';
import type { Row } from './rows.ts';
import type { Table } from './table.ts';

export const listEntrySchema = z.object({ pk: z.string(), sk: z.string(), listSk: z.string() });
/** Keys of a row, and its place in the list. */
export type ListEntry = z.output<typeof listEntrySchema>;

/**
 * The oldest `limit` rows of several partitions of the index, by their keys alone, from the one after the place `after`
 * on; `more`: there are others behind them. The index lags behind the table by a moment.
 */
export async function oldestEntries(
  table: Table,
  partitions: string[],
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ entries: ListEntry[]; more: boolean }> {
  const lists = await Promise.all(partitions.map((partition) => oldest(table, partition, after, limit + 1)));
  const entries = lists.flat().sort((a, b) => (a.listSk < b.listSk ? -1 : 1));
  return { entries: entries.slice(0, limit), more: entries.length > limit };
}

/** The rows themselves, strongly consistent, in no order; one that is gone is left out. */
export const rowsOfEntries = (table: Table, entries: ListEntry[]): Promise<Row[]> =>
  batchGet(
    table,
    entries.map(({ pk, sk }) => ({ pk, sk })),
  );

async function oldest(table: Table, partition: string, after: string | undefined, limit: number): Promise<ListEntry[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: newestIndex.name,
      KeyConditionExpression: after === undefined ? '#list = :list' : '#list = :list AND #age > :after',
      ExpressionAttributeNames: {
        '#list': newestIndex.partitionKey,
        ...(after !== undefined && { '#age': newestIndex.sortKey }),
      },
      ExpressionAttributeValues: { ':list': partition, ':after': after },
      Limit: limit,
    }),
  );
  return z.array(listEntrySchema).parse(Items);
}
