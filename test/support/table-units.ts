import { z } from 'zod';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import { newestIndex } from '../../functions/contract/table.ts';

/** Request units of an on-demand table, as DynamoDB counts them for rows of 1 KB at most. */
export interface TableUnits {
  reads: number;
  writes: number;
}

const inputSchema = z.looseObject({
  Item: z.record(z.string(), z.unknown()).optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ConsistentRead: z.boolean().optional(),
  RequestItems: z
    .record(z.string(), z.looseObject({ Keys: z.array(z.unknown()), ConsistentRead: z.boolean().optional() }))
    .optional(),
  TransactItems: z.array(z.unknown()).optional(),
});

/** Counts what is asked of the table from now on, by commands for documents or for items. */
export function countUnits(table: Table): TableUnits {
  const units = { reads: 0, writes: 0 };
  table.client.middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      (args) => {
        const { reads, writes } = unitsOf(
          commandName.replace(/Items?Command$/, 'Command'),
          inputSchema.parse(args.input),
        );
        units.reads += reads;
        units.writes += writes;
        return next(args);
      },
    { step: 'initialize' },
  );
  return units;
}

function unitsOf(command: string, input: z.infer<typeof inputSchema>): TableUnits {
  const each = (isConsistent = false) => (isConsistent ? 1 : 0.5);
  switch (command) {
    case 'GetCommand':
    case 'QueryCommand':
      return { reads: each(input.ConsistentRead), writes: 0 };
    case 'BatchGetCommand': {
      const asked = Object.values(input.RequestItems ?? {});
      return {
        reads: asked.reduce((sum, { Keys, ConsistentRead }) => sum + Keys.length * each(ConsistentRead), 0),
        writes: 0,
      };
    }
    case 'PutCommand':
      return { reads: 0, writes: 1 + Number(newestIndex.partitionKey in (input.Item ?? {})) };
    case 'UpdateCommand': {
      // A row that moves between lists is taken out of one and put into the other.
      const moves = Object.values(input.ExpressionAttributeNames ?? {}).includes(newestIndex.partitionKey);
      return { reads: 0, writes: moves ? 3 : 1 };
    }
    case 'TransactWriteCommand':
      return { reads: 0, writes: 2 * (input.TransactItems?.length ?? 0) };
    default:
      throw new Error(`It is not known what ${command} costs`);
  }
}
