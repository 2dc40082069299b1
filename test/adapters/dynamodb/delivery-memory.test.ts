import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeliveryMemory } from '../../../functions/adapters/dynamodb/delivery-memory.ts';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { startTable } from '../../support/table.ts';

describe('memory of deliveries', () => {
  let table: Table;
  let stop: () => Promise<void>;
  const at = new Date('2027-03-01T12:00:00.500Z');

  beforeAll(async () => {
    ({ table, stop } = await startTable());
  });
  afterAll(() => stop());

  test('knows what it was told, and nothing else', async () => {
    const memory = createDeliveryMemory(table);
    expect(await memory.has('dlv_1')).toBe(false);
    await memory.remember('dlv_1', at);
    expect(await memory.has('dlv_1')).toBe(true);
    expect(await memory.has('dlv_2')).toBe(false);
  });

  test('keeps a row for a week from the first time on, however often it is told', async () => {
    const memory = createDeliveryMemory(table);
    await memory.remember('dlv_3', at);
    await memory.remember('dlv_3', new Date(at.getTime() + 60_000));
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.delivery('dlv_3') }));
    expect(Item).toEqual({
      ...keys.delivery('dlv_3'),
      at: at.toISOString(),
      expiresAt: Date.parse('2027-03-08T12:00:01Z') / 1_000,
    });
  });
});
