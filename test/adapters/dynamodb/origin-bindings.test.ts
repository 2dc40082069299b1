import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import { createOriginBindings } from '../../../functions/adapters/dynamodb/origin-bindings.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { sampleIntegration } from '../../support/fakes/management.ts';
import { startTable } from '../../support/table.ts';

describe('bindings on the rows of integrations', () => {
  let table: Table;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ table, stop } = await startTable());
    await createIntegrationStore(table).create(sampleIntegration());
  });
  afterAll(() => stop());

  test('an integration from before there were any is bound by the first session, and stays so', async () => {
    const bindings = createOriginBindings(table);
    expect(await bindings.originsOf('int_1', 'https://a.corp')).toEqual(['https://a.corp']);
    expect(await bindings.originsOf('int_1', 'https://b.corp')).toEqual(['https://a.corp']);
    expect(await createOriginBindings(table).originsOf('int_1', 'https://b.corp')).toEqual(['https://a.corp']);
    expect(await bindings.originsOf('int_unknown', 'https://a.corp')).toEqual([]);
    expect(await bindings.isOfFirstRule?.('int_1')).toBe(true);
    expect(await bindings.isOfFirstRule?.('int_unknown')).toBe(false);
  });

  test('one that was taken away is so at once', async () => {
    const bindings = createOriginBindings(table);
    await bindings.originsOf('int_1', 'https://a.corp');
    const store = createIntegrationStore(table);
    const stored = await store.get('int_1');
    if (!stored) throw new Error('It is not there');
    const binding = { origins: ['https://c.corp'], from: 'owner' as const };
    await store.update({ ...stored, binding, updatedAt: 'later' }, stored);
    expect(await bindings.originsOf('int_1', 'https://a.corp')).toEqual(['https://c.corp']);
    expect(await bindings.isOfFirstRule?.('int_1')).toBe(false);
  });
});
