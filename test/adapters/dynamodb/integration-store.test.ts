import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import type { IntegrationStore } from '../../../functions/ports.ts';
import { sampleIntegration } from '../../support/fakes/management.ts';
import { startTable } from '../../support/table.ts';

describe('integration store', () => {
  let stop: () => Promise<void>;
  let integrations: IntegrationStore;

  beforeAll(async () => {
    const started = await startTable();
    stop = started.stop;
    integrations = createIntegrationStore(started.table);
  });
  afterAll(() => stop());

  test('gives back what was stored, metadata of any kind and order included', async () => {
    const metadata = {
      username: 'opencode',
      10: 'ten',
      big: 2 ** 60,
      none: null,
      list: [1, [2, { deep: [] }]],
      '': '',
    };
    const integration = sampleIntegration({ id: 'int_new', metadata });
    expect(await integrations.create(integration)).toBe(true);
    const stored = await integrations.get('int_new');
    expect(JSON.stringify(stored?.metadata)).toBe(JSON.stringify(metadata));
    expect(stored).toEqual(integration);
    expect(await integrations.get('int_unknown')).toBeUndefined();
  });

  test('a second creation of one id changes nothing', async () => {
    const first = sampleIntegration({ id: 'int_twice' });
    await integrations.create(first);
    expect(await integrations.create({ ...first, name: 'another' })).toBe(false);
    expect(await integrations.get('int_twice')).toEqual(first);
  });

  test('an update changes name and metadata, and makes no integration', async () => {
    const first = sampleIntegration({ id: 'int_update' });
    await integrations.create(first);
    const changed = { ...first, name: 'new', metadata: { username: 'alice' }, updatedAt: '2027-03-02T00:00:00.000Z' };
    await integrations.update({ ...changed, createdBy: 'another' });
    expect(await integrations.get('int_update')).toEqual(changed);
    await expect(integrations.update(sampleIntegration({ id: 'int_unknown' }))).rejects.toThrow();
    expect(await integrations.get('int_unknown')).toBeUndefined();
  });

  test('the list has the newest last, whatever the ids are', async () => {
    await integrations.create(sampleIntegration({ id: 'int_a', createdAt: '2027-05-02T00:00:00.000Z' }));
    await integrations.create(sampleIntegration({ id: 'int_b', createdAt: '2027-05-01T00:00:00.000Z' }));
    const ids = (await integrations.list()).map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(['int_b', 'int_a']);
  });
});
