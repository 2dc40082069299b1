import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDecisionStore } from '../../../functions/adapters/dynamodb/decision-store.ts';
import { createPausedDecisions } from '../../../functions/adapters/dynamodb/paused-decisions.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { ReasonCode } from '../../../functions/contract/reason-codes.ts';
import { startTable } from '../../support/table.ts';

describe('decisions that stand as paused', () => {
  let stop: () => Promise<void>;
  let table: Table;
  beforeAll(async () => {
    ({ table, stop } = await startTable());
  });
  afterAll(() => stop());
  const record = (index: number, reason: ReasonCode = 'paused') =>
    createDecisionStore(table).record(
      {
        ...{ alertId: `alr_${index}`, relayId: 'rly_1', ruleId: 'rul_1', reason, sentence: 'Paused.' },
        ...{ lastAt: new Date(Date.UTC(2027, 2, 1, 12, index)).toISOString(), lastDeliveryId: `dlv_${index}` },
      },
      'firing',
    );
  const list = async (limit: number) => {
    const { decisions, more } = await createPausedDecisions(table).list(limit);
    return { alerts: decisions.map(({ alertId, ruleId }) => `${alertId} ${ruleId}`), more };
  };

  test('are listed oldest first, and no others', async () => {
    for (const index of [30, 10, 20]) await record(index);
    await record(5, 'started');
    expect(await list(2)).toEqual({ alerts: ['alr_10 rul_1', 'alr_20 rul_1'], more: true });
    expect(await list(3)).toEqual({ alerts: ['alr_10 rul_1', 'alr_20 rul_1', 'alr_30 rul_1'], more: false });
  });

  test('come into the list also where they were something else before', async () => {
    const store = createDecisionStore(table);
    await record(40, 'scheduled');
    await store.move({
      ...{ alertId: 'alr_40', relayId: 'rly_1', ruleId: 'rul_1', from: 'scheduled', reason: 'paused' },
      ...{ sentence: 'Paused.', day: '2027-03-01', lastAt: '2027-03-01T12:40:00.000Z' },
    });
    expect((await list(50)).alerts).toContain('alr_40 rul_1');
    await store.move({
      ...{ alertId: 'alr_40', relayId: 'rly_1', ruleId: 'rul_1', from: 'paused', reason: 'resolved' },
      ...{ sentence: 'Over.', day: '2027-03-01', lastAt: '2027-03-01T12:45:00.000Z' },
    });
  });

  test('leave the list once they are decided anew', async () => {
    await createDecisionStore(table).move({
      ...{ alertId: 'alr_10', relayId: 'rly_1', ruleId: 'rul_1', from: 'paused', reason: 'started' },
      ...{ sentence: 'It is new.', day: '2027-03-01', lastAt: '2027-03-01T13:00:00.000Z' },
    });
    expect(await list(50)).toEqual({ alerts: ['alr_20 rul_1', 'alr_30 rul_1'], more: false });
  });
});
