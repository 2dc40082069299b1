import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { newestIndex } from '../../contract/table.ts';
import { KEYS_PER_BATCH } from './batch-get.ts';
import { type ListEntry, listEntrySchema, rowsOfEntries } from './oldest.ts';
import type { Table } from './table.ts';

/** Rows are spread evenly, not exactly: so many more of each partition than its share save a second query. */
const SPARE = 25;

interface ListSpan {
  /** Sort key in the list: only what is older is given. */
  before: string | undefined;
  /** How many rows the caller will take. A hint: what is asked for beyond it comes too. */
  expected: number;
}

/**
 * Rows of several partitions of the index as one list, newest first. The index lags behind the table by a moment; the
 * rows themselves are read strongly consistent, so the caller sees where one has left the list meanwhile.
 */
export async function* newestRows(
  table: Table,
  partitions: string[],
  span: ListSpan,
): AsyncGenerator<Record<string, unknown>> {
  const size = Math.min(span.expected, KEYS_PER_BATCH);
  let batch: ListEntry[] = [];
  for await (const entry of newestEntries(table, partitions, span)) {
    batch.push(entry);
    if (batch.length < size) continue;
    yield* await rowsOf(table, batch);
    batch = [];
  }
  if (batch.length > 0) yield* await rowsOf(table, batch);
}

/** Merges the partitions. A row on its way from one list to another may stand in both, at the same place. */
async function* newestEntries(
  table: Table,
  partitions: string[],
  { before, expected }: ListSpan,
): AsyncGenerator<ListEntry> {
  const pageSize = Math.ceil(expected / partitions.length) + SPARE;
  const readers = partitions.map((partition) => entriesOf(table, partition, before, pageSize));
  const open = await Promise.all(readers.map(async (reader) => ({ reader, head: await reader.next() })));
  let last: string | undefined;
  while (true) {
    let newest: { from: (typeof open)[number]; entry: ListEntry } | undefined;
    for (const from of open) {
      if (from.head.done) continue;
      if (!newest || from.head.value.listSk > newest.entry.listSk) newest = { from, entry: from.head.value };
    }
    if (!newest) return;
    if (newest.entry.listSk !== last) yield newest.entry;
    last = newest.entry.listSk;
    newest.from.head = await newest.from.reader.next();
  }
}

async function* entriesOf(
  table: Table,
  partition: string,
  before: string | undefined,
  pageSize: number,
): AsyncGenerator<ListEntry, undefined> {
  const { name: IndexName, partitionKey, sortKey } = newestIndex;
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName,
        KeyConditionExpression: before === undefined ? '#list = :list' : '#list = :list AND #age < :before',
        ExpressionAttributeNames: { '#list': partitionKey, ...(before !== undefined && { '#age': sortKey }) },
        ExpressionAttributeValues: { ':list': partition, ':before': before },
        ScanIndexForward: false,
        Limit: pageSize,
        ExclusiveStartKey: start,
      }),
    );
    yield* z.array(listEntrySchema).parse(Items);
    start = LastEvaluatedKey;
  } while (start);
  return undefined;
}

/** In the order of the entries; one that is gone is left out. */
async function rowsOf(table: Table, entries: ListEntry[]): Promise<Record<string, unknown>[]> {
  const found = await rowsOfEntries(table, entries);
  const rows = new Map(found.map((row) => [`${row.pk} ${row.sk}`, row]));
  return entries.map(({ pk, sk }) => rows.get(`${pk} ${sk}`)).filter((row) => row !== undefined);
}
