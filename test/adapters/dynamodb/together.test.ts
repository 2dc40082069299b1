import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAlertStore } from '../../../functions/adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../../../functions/adapters/dynamodb/budget-store.ts';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import { readTogether } from '../../../functions/adapters/dynamodb/read-together.ts';
import { getRow, putRow } from '../../../functions/adapters/dynamodb/rows.ts';
import { AwsError } from '../../../infra/local/aws/error.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { startTable } from '../../support/table.ts';

const operations: string[] = [];
/** So many transactions meet another write of one of their rows, as DynamoDB says of two at the same moment. */
let conflicts = 0;
let started: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  started = await startTable({
    around: (tables) => ({
      async call(operation, input) {
        operations.push(operation);
        if (operation !== 'TransactWriteItems' || conflicts-- <= 0) return tables.call(operation, input);
        const CancellationReasons = [{ Code: 'None' }, { Code: 'TransactionConflict' }];
        throw new AwsError('TransactionCanceledException', 'cancelled', 400, { CancellationReasons });
      },
    }),
  });
});
afterAll(() => started.stop());
beforeEach(() => {
  operations.length = 0;
  conflicts = 0;
});

test('rows that are asked for at once are read in one call, each once, and a lone one alone', async () => {
  const table = readTogether(started.table);
  await putRow(table, { pk: 'a', sk: '1', is: 'there' });
  operations.length = 0;
  const keys = [
    { pk: 'a', sk: '1' },
    { pk: 'b', sk: '1' },
    { pk: 'a', sk: '1' },
  ];
  const rows = await Promise.all(keys.map((key) => getRow(table, key)));
  expect(rows.map((row) => row?.is)).toEqual(['there', undefined, 'there']);
  expect(operations).toEqual(['BatchGetItem']);
  expect(await getRow(table, { pk: 'b', sk: '1' })).toBeUndefined();
  expect(operations).toEqual(['BatchGetItem', 'GetItem']);
});

test('more than a call holds are read in several', async () => {
  const table = readTogether(started.table);
  const keys = Array.from({ length: 150 }, (_, index) => ({ pk: `many_${index}`, sk: '1' }));
  await Promise.all(keys.map((key) => putRow(table, { ...key, is: key.pk })));
  operations.length = 0;
  const rows = await Promise.all(keys.map((key) => getRow(table, key)));
  expect(rows.map((row) => row?.is)).toEqual(keys.map(({ pk }) => pk));
  expect(operations).toEqual(['BatchGetItem', 'BatchGetItem']);
});

test('repeats that come again are answered by one read', async () => {
  const decisions = createDecisionStore(started.table);
  const decision = {
    ...{ alertId: 'alr_repeats', relayId: 'rly_1', ruleId: 'rul_1', sentence: 'Routed.' },
    ...{ reason: 'duplicate_alert' as const, lastAt: '2027-03-01T12:00:00.000Z', lastDeliveryId: 'dlv_3' },
  };
  const entries = [1, 2, 3].map((delivery) => ({ deliveryId: `dlv_${delivery}`, entry: 'firing' }));
  await decisions.recordRepeats(decision, entries);
  expect(operations).toEqual(['Query', 'UpdateItem']);
  operations.length = 0;
  const again = await decisions.recordRepeats(decision, entries);
  expect(again.map(({ counted }) => counted)).toEqual([false, false, false]);
  expect(operations).toEqual(['Query']);
});

test('an alert that no row can hold keeps none beside it from being stored', async () => {
  const alerts = createAlertStore(started.table);
  const alertOf = (id: string, message = '') => sampleAlert({ id, fingerprint: id, message });
  const large = alerts.create(alertOf('alr_large', 'x'.repeat(500_000)));
  const others = ['alr_1', 'alr_2'].map((id) => alerts.create(alertOf(id)));
  await expect(large).rejects.toThrow();
  expect(await Promise.all(others)).toEqual([true, true]);
});

describe('a transaction that meets another one', () => {
  const day = '2027-03-01';
  const writers: [what: string, write: (name: string) => Promise<unknown>, given: unknown][] = [
    ['a new alert', (id) => createAlertStore(started.table).create(sampleAlert({ id, fingerprint: id })), true],
    [
      'a budget',
      (id) => createBudgets(started.table).take({ scope: id, maxSessions: 1, maxCostUsd: undefined }, day, 'j'),
      undefined,
    ],
    [
      'the ledger',
      (id) => createLedger(started.table).accepted({ relayId: id, day, deliveryId: 'd', entries: 1, decisions: 1 }),
      undefined,
    ],
  ];
  test.each(writers)('is made again: %s', async (_, write, given) => {
    conflicts = 2;
    expect(await write('twice')).toBe(given);
    expect(operations.filter((operation) => operation === 'TransactWriteItems')).toHaveLength(3);
  });

  test.each(writers)('is given up in the end, and the caller hears of it: %s', async (_, write) => {
    conflicts = 1_000;
    await expect(write('always')).rejects.toThrow(/at this moment|too many at once/);
    expect(operations.length).toBeLessThan(50);
  });
});
