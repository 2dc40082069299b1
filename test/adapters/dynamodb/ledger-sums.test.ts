import { afterAll, beforeAll, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import { putRow } from '../../../functions/adapters/dynamodb/rows.ts';
import { startTable } from '../../support/table.ts';

const operations: string[] = [];
let started: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  started = await startTable({ onRequest: (operation) => operations.push(operation) });
});
afterAll(() => started.stop());

const day = '2026-11-30';

test('a hundred deliveries at once are two calls, and their day is two more', async () => {
  const ledger = createLedger(started.table);
  operations.length = 0;
  const decided = (id: number) => ({
    relayId: 'rly_1',
    day,
    deliveryId: `dlv_${id}`,
    entries: 2,
    reasons: { started: 2 },
  });
  await Promise.all(Array.from({ length: 100 }, (_, id) => ledger.decided(decided(id))));
  expect(operations).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  operations.length = 0;
  expect(await ledger.day('rly_1', day)).toMatchObject({ deliveries: 100, accepted: 200, undecided: 0 });
  expect(operations.toSorted()).toEqual(['BatchGetItem', 'Query']);
});

test('a day that began before there were sums is whole, also where it was finished since', async () => {
  const { table } = started;
  const ledger = createLedger(table);
  const relayId = 'rly_2';
  const older = (sk: string, row: object) => putRow(table, { pk: keys.ledgerPartition(relayId, day), sk, ...row });
  await older('DELIVERY#dlv_1', { entries: 2, decisions: 2, reasons: { storm_held: 2 } });
  await older('DELIVERY#dlv_2', { entries: 1, decisions: 1 });
  await older('DELIVERY#dlv_3', { entries: 1, decisions: 1 });
  await older('MOVE#stm_1', { reasons: { storm_held: -1, storm_triaged: 1 } });
  expect(await ledger.day(relayId, day)).toEqual({
    ...{ deliveries: 3, entries: 4, accepted: 4, undecided: 2 },
    reasons: { storm_held: 1, storm_triaged: 1 },
  });
  await ledger.decided({ relayId, day, deliveryId: 'dlv_2', entries: 1, reasons: { started: 1 } });
  await ledger.moved({ relayId, day, id: 'stm_1', reasons: { storm_held: -2, storm_triaged: 2 } });
  expect(await ledger.day(relayId, day)).toEqual({
    ...{ deliveries: 3, entries: 4, accepted: 4, undecided: 1 },
    reasons: { storm_triaged: 2, started: 1 },
  });
});
