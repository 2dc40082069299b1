import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { newestIndex } from '../../contract/table.ts';
import type { PausedDecisions } from '../../ports.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const entrySchema = z.object({ pk: z.string(), sk: z.string(), listSk: z.string() });

/**
 * Decisions whose reason is `paused`, from the keys in the index alone: a move takes each out of the list in the same
 * write. The index lags behind the table by a moment, so one that was just moved may still be named.
 */
export const createPausedDecisions = (table: Table): PausedDecisions => ({
  async list(limit) {
    const partitions = keys.listPartitions('PAUSED');
    const lists = await Promise.all(partitions.map((partition) => oldest(table, partition, limit + 1)));
    const entries = lists.flat().sort((a, b) => (a.listSk < b.listSk ? -1 : 1));
    return { decisions: entries.slice(0, limit).map(keys.idsOfDecision), more: entries.length > limit };
  },
});

async function oldest(table: Table, partition: string, limit: number): Promise<z.output<typeof entrySchema>[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: newestIndex.name,
      KeyConditionExpression: '#list = :list',
      ExpressionAttributeNames: { '#list': newestIndex.partitionKey },
      ExpressionAttributeValues: { ':list': partition },
      Limit: limit,
    }),
  );
  return z.array(entrySchema).parse(Items);
}
