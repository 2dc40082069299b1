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
    expect(await integrations.update({ ...changed, createdBy: 'another' }, first)).toBe(true);
    expect(await integrations.get('int_update')).toEqual(changed);
    const unknown = sampleIntegration({ id: 'int_unknown' });
    expect(await integrations.update(unknown, unknown)).toBe(false);
    expect(await integrations.get('int_unknown')).toBeUndefined();
  });

  test('an update on top of what is not stored any more changes nothing', async () => {
    const first = sampleIntegration({ id: 'int_lost' });
    await integrations.create(first);
    const second = { ...first, name: 'second', updatedAt: '2027-03-02T00:00:00.000Z' };
    await integrations.update(second, first);
    expect(await integrations.update({ ...first, name: 'third', updatedAt: 'later' }, first)).toBe(false);
    expect(await integrations.get('int_lost')).toEqual(second);
  });

  test('a deleted one is neither found nor listed nor changed, and its id can be taken again', async () => {
    const first = sampleIntegration({ id: 'int_deleted' });
    await integrations.create(first);
    await integrations.markDeleted('int_deleted', '2027-03-02T00:00:00.000Z');
    expect(await integrations.get('int_deleted')).toBeUndefined();
    expect((await integrations.list()).map(({ id }) => id)).not.toContain('int_deleted');
    expect(await integrations.update(first, { updatedAt: '2027-03-02T00:00:00.000Z' })).toBe(false);
    await integrations.markDeleted('int_unknown', '2027-03-02T00:00:00.000Z');
    expect(await integrations.create({ ...first, name: 'again' })).toBe(true);
    expect(await integrations.get('int_deleted')).toEqual({ ...first, name: 'again' });
  });

  test('is bound once, by the first of any number at once, and by an update to what its owner names', async () => {
    const first = sampleIntegration({ id: 'int_bound' });
    await integrations.create(first);
    const asked = ['https://a.corp', 'https://b.corp', 'https://c.corp'];
    const found = await Promise.all(asked.map((origin) => integrations.bindFirst('int_bound', origin)));
    const { binding } = (await integrations.get('int_bound')) ?? {};
    expect(asked).toContain(binding?.origins[0]);
    expect(found).toEqual([binding, binding, binding]);
    const renamed = { ...first, name: 'renamed', updatedAt: '2027-03-02T00:00:00.000Z' };
    await integrations.update(renamed, first);
    expect(await integrations.get('int_bound')).toEqual({ ...renamed, binding });
    const owned = { ...renamed, binding: { origins: ['https://d.corp'], from: 'owner' as const }, updatedAt: 'later' };
    await integrations.update(owned, renamed);
    expect(await integrations.bindFirst('int_bound', 'https://a.corp')).toEqual(owned.binding);
    expect(await integrations.bindFirst('int_nobody', 'https://a.corp')).toBeUndefined();
  });

  test('the list has the newest last, whatever the ids are', async () => {
    await integrations.create(sampleIntegration({ id: 'int_a', createdAt: '2027-05-02T00:00:00.000Z' }));
    await integrations.create(sampleIntegration({ id: 'int_b', createdAt: '2027-05-01T00:00:00.000Z' }));
    const ids = (await integrations.list()).map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(['int_b', 'int_a']);
  });
});
