import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSwitchStore } from '../../../functions/adapters/dynamodb/pause-switch-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { startTable } from '../../support/table.ts';

let stop: () => Promise<void>;
let table: Table;
beforeAll(async () => {
  ({ table, stop } = await startTable());
});
afterAll(() => stop());

test('the switch is as it was set last, for everybody', async () => {
  expect(await createSwitchStore(table).read()).toBeUndefined();
  const paused = { paused: true, by: 'alice', at: '2027-03-01T12:00:00.000Z', reason: 'Deploying' };
  await createSwitchStore(table).write('starts', paused);
  expect(await createSwitchStore(table).read()).toEqual(paused);
  const resumed = { paused: false, by: 'bob', at: '2027-03-01T13:00:00.000Z' };
  await createSwitchStore(table).write('starts', resumed);
  expect(await createSwitchStore(table).read()).toEqual(resumed);
});
