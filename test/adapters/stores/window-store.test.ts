import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { admit, emptyWindow } from '../../../functions/domain/storm/storm-window.ts';
import type { WindowStore } from '../../../functions/ports.ts';
import { storeKinds } from '../../support/store-kinds.ts';

describe.each(storeKinds)('windows in $kind', ({ kind, start }) => {
  let table: Table | undefined;
  let windows: WindowStore;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const started = await start();
    ({ table, stop } = started);
    ({ windows } = started.stores);
  });
  afterAll(() => stop());

  const settings = { threshold: 5, windowMs: 60_000, maxImmediate: 2, criticalBypasses: false };
  const NOW = Date.parse('2027-03-01T12:00:00Z');
  const { window } = admit(emptyWindow, [{ alertId: 'a', critical: false }], settings, NOW, 'rul_1');

  test('a rule without a row has an empty window of version 0', async () => {
    expect(await windows.read('rul_none')).toEqual({ window: emptyWindow, version: 0 });
  });

  test('what was written comes back, one version up', async () => {
    expect(await windows.write('rul_1', window, 0)).toBe(true);
    expect(await windows.read('rul_1')).toEqual({ window, version: 1 });
  });

  test('it is replaced only by who has read the last version', async () => {
    expect(await windows.write('rul_2', window, 0)).toBe(true);
    expect(await windows.write('rul_2', emptyWindow, 0)).toBe(false);
    expect(await windows.write('rul_2', emptyWindow, 2)).toBe(false);
    expect(await windows.write('rul_2', { ...window, stormId: 'stm_1' }, 1)).toBe(true);
    expect(await windows.read('rul_2')).toMatchObject({ window: { stormId: 'stm_1' }, version: 2 });
  });

  test('of many at once, one writes', async () => {
    const written = await Promise.all(Array.from({ length: 12 }, () => windows.write('rul_3', window, 0)));
    expect(written.filter((each) => each)).toHaveLength(1);
  });

  if (kind === 'DynamoDB')
    test('the row ends a day after it was last used', async () => {
      await windows.write('rul_4', window, 0);
      if (!table) throw new Error('No table');
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.window('rul_4') }));
      expect(Item?.expiresAt).toBe(NOW / 1_000 + 86_400);
    });
});
