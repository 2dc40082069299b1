import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { createSlots } from '../../../functions/adapters/dynamodb/slot-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { noSlots, type Slots } from '../../../functions/domain/decision/slots.ts';
import type { SlotStore } from '../../../functions/ports.ts';
import { startTable } from '../../support/table.ts';

let table: Table;
let store: SlotStore;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ table, stop } = await startTable());
  store = createSlots(table, () => Date.parse('2027-03-01T12:00:00.000Z'));
});
afterAll(() => stop());

const held = (jobId: string): Slots => ({
  holders: [{ jobId, until: '2027-03-01T18:00:00.000Z' }],
  waiting: [{ jobId: 'job_w', seenAt: '2027-03-01T12:00:00.000Z' }],
});

test('there are none at first, and what was written is read', async () => {
  expect(await store.read('int_1')).toEqual({ slots: noSlots, version: 0 });
  expect(await store.write('int_1', held('job_a'), 0)).toBe(true);
  expect(await store.read('int_1')).toEqual({ slots: held('job_a'), version: 1 });
  expect(await store.write('int_1', noSlots, 1)).toBe(true);
  expect(await store.read('int_1')).toEqual({ slots: noSlots, version: 2 });
  expect(await store.read('int_2')).toEqual({ slots: noSlots, version: 0 });
});

test('of writers on one version one wins', async () => {
  const first = await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.write('int_3', held(`job_${name}`), 0)));
  expect(first.filter((won) => won)).toHaveLength(1);
  const second = await Promise.all(['e', 'f', 'g', 'h'].map((name) => store.write('int_3', held(`job_${name}`), 1)));
  expect(second.filter((won) => won)).toHaveLength(1);
  expect((await store.read('int_3')).version).toBe(2);
  expect(await store.write('int_3', noSlots, 1)).toBe(false);
});

test('the row ends two weeks after it was written last', async () => {
  await store.write('int_4', noSlots, 0);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.slots('int_4') }));
  expect(Item?.expiresAt).toBe(Date.parse('2027-03-15T12:00:00.000Z') / 1_000);
});
