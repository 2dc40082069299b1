import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { createLedgerDays } from '../../../functions/adapters/dynamodb/ledger-days.ts';
import { createLedger } from '../../../functions/adapters/dynamodb/ledger-store.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { reasonCodes } from '../../../functions/contract/reason-codes.ts';
import { rollUp } from '../../../functions/upkeep/sweep/roll-up.ts';
import { sampleRelay } from '../../support/fakes/alert-samples.ts';
import { startTable } from '../../support/table.ts';

const DAY_MS = 86_400_000;

describe('days of the ledger that are over', () => {
  let table: Table;
  let stop: () => Promise<void>;
  let queries = 0;
  beforeAll(async () => {
    ({ table, stop } = await startTable({
      onRequest: (operation) => {
        if (operation === 'Query') queries++;
      },
    }));
  });
  afterAll(() => stop());

  test('a year of a relay with every reason on each day is read in one query', async () => {
    const days = createLedgerDays(table);
    const first = Date.UTC(2027, 2, 1);
    const reasons = Object.fromEntries(reasonCodes.map((reason) => [reason, 123_456]));
    const account = { deliveries: 999_999, entries: 999_999, accepted: 999_999, reasons, undecided: 0 };
    const dates = Array.from({ length: 365 }, (_, age) => new Date(first + age * DAY_MS).toISOString().slice(0, 10));
    const items = dates.map((day) => ({ PutRequest: { Item: { ...keys.ledgerDay('rly_year', day), ...account } } }));
    for (let at = 0; at < items.length; at += 25) {
      const RequestItems = { [table.name]: items.slice(at, at + 25) };
      await table.client.send(new BatchWriteCommand({ RequestItems }));
    }
    queries = 0;
    const found = await days.list('rly_year', dates[0] ?? '', dates.at(-1) ?? '');
    expect(found).toEqual(dates.map((day) => ({ day, ...account })));
    expect(queries).toBe(1);
  });

  test('each of the last 80 is summed up by the sweep, once a day, and again what was moved since', async () => {
    const [ledger, ledgerDays] = [createLedger(table), createLedgerDays(table)];
    const relays = { list: async () => [sampleRelay] };
    const sweepAt = (time: string) =>
      rollUp({ relays, ledger, ledgerDays, clock: { now: () => new Date(`2027-03-10T${time}:00.000Z`) } });
    const delivery = { relayId: sampleRelay.id, day: '2027-03-08', deliveryId: 'dlv_1', entries: 2 };
    await ledger.decided({ ...delivery, reasons: { paused: 2 } });
    const list = () => ledgerDays.list(sampleRelay.id, '2027-01-01', '2027-12-31');
    await sweepAt('12:00');
    expect(await list()).toEqual([]);
    await sweepAt('00:05');
    const account = { deliveries: 1, entries: 2, accepted: 2, undecided: 0 };
    expect(await list()).toEqual([{ day: '2027-03-08', ...account, reasons: { paused: 2 } }]);
    await ledger.moved({ relayId: sampleRelay.id, day: '2027-03-08', id: 'mv_1', reasons: { paused: -1, started: 1 } });
    await sweepAt('00:06');
    expect(await list()).toEqual([{ day: '2027-03-08', ...account, reasons: { paused: 1, started: 1 } }]);
  });
});
