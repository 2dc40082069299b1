import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogueStore } from '../../../functions/adapters/dynamodb/catalogue-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { sampleCatalogue, serviceEntry } from '../../support/fakes/catalogues.ts';
import { startTable } from '../../support/table.ts';

let table: Table;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

/** The most entries that fit into a request. */
const largest = () => {
  const entries = Array.from({ length: limits.catalogueEntries }, (_, index) => serviceEntry(`service-${index}`));
  const room = limits.apiBodyBytes - Buffer.byteLength(JSON.stringify(entries)) - 20;
  return [serviceEntry('service', { repository: 'r'.repeat(limits.catalogueTextCharacters) }), ...entries.slice(1)].map(
    (entry, index) => (index < Math.floor(room / 220) ? { ...entry, repository: 'r'.repeat(200) } : entry),
  );
};

test('the largest catalogue that a request can bring is one row, and a container reads a version once', async () => {
  const writer = createCatalogueStore(table);
  const entries = largest();
  expect(Buffer.byteLength(JSON.stringify(entries))).toBeGreaterThan(limits.apiBodyBytes * 0.9);
  expect(await writer.put('catalogue', sampleCatalogue(entries))).toBe(true);

  const asked: string[] = [];
  const read: Table['read'] = async (key) => {
    asked.push(key.pk ?? '');
    return (await table.client.send(new GetCommand({ TableName: table.name, Key: key }))).Item;
  };
  const reader = createCatalogueStore({ ...table, read });
  const first = await reader.current();
  expect(await reader.current()).toBe(first);
  expect(asked).toEqual(['CATALOGUE', 'CATALOGUE#1', 'CATALOGUE']);

  await writer.put('catalogue', sampleCatalogue([serviceEntry('a')], 2));
  expect((await reader.current())?.version).toBe(2);
  expect((await reader.get(1))?.version).toBe(1);
});
