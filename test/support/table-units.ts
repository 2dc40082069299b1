import { z } from 'zod';

/** A request of the table as it is on the wire. */
export interface TableRequest {
  operation: string;
  body: string;
}

const itemSchema = z.looseObject({ pk: z.object({ S: z.string() }), listPk: z.object({ S: z.string() }).optional() });
type Item = z.infer<typeof itemSchema>;
interface Written {
  item: Item;
  units: number;
}

/**
 * Write units of a request by item, as DynamoDB charges them for each KB; a transaction is charged twice. Of an update
 * the values that it sets are known, and not the row that it leaves. What stands in a list is written to the index too.
 */
export function writesOf({ operation, body }: TableRequest): Written[] {
  const input = JSON.parse(body);
  if (operation === 'PutItem' || operation === 'UpdateItem') return [written(input, 1)];
  if (operation !== 'TransactWriteItems') return [];
  return input.TransactItems.map(({ Put, Update }: { Put?: object; Update?: object }) =>
    written(Put ?? Update ?? {}, 2),
  );
}

function written(
  action: { Item?: unknown; Key?: unknown; ExpressionAttributeValues?: object },
  times: number,
): Written {
  const item = itemSchema.parse(action.Item ?? action.Key);
  const size = JSON.stringify({ ...item, ...action.ExpressionAttributeValues }).length;
  return { item, units: Math.ceil(size / 1_024) * times };
}

/** Partition keys that a request reads; each of these rows is below 4 KB, which is one unit. */
export function readsOf({ operation, body }: TableRequest): string[] {
  const input = JSON.parse(body);
  if (operation === 'GetItem') return [input.Key.pk.S];
  if (operation === 'Query') return [input.ExpressionAttributeValues[':pk']?.S ?? input.IndexName];
  if (operation !== 'BatchGetItem') return [];
  return Object.values<{ Keys: Item[] }>(input.RequestItems).flatMap(({ Keys }) => Keys.map(({ pk }) => pk.S));
}

/** Request units of an on-demand table. */
export interface TableUnits {
  writes: number;
  reads: number;
}

/** Units that the requests are charged, the index of newest rows included. */
export function unitsOf(requests: TableRequest[]): TableUnits {
  const writes = requests.flatMap(writesOf);
  const listed = writes.filter(({ item }) => item.listPk !== undefined).length;
  const units = writes.reduce((sum, each) => sum + each.units, listed);
  return { writes: units, reads: requests.flatMap(readsOf).length };
}
