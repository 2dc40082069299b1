import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import { openCount } from '../../../functions/domain/decision/decision.ts';
import type { DecisionStore } from '../../../functions/ports.ts';
import { isLong } from '../../support/property-runs.ts';
import { storeKinds } from '../../support/store-kinds.ts';

type Move = Parameters<DecisionStore['move']>[0];
type Recorded = Parameters<DecisionStore['record']>[0];
/** Enough for what is remembered to be cut twice. */
const DELIVERIES = isLong ? 230 : 160;
const at = (minute: number) => new Date(Date.UTC(2027, 2, 1, 12, minute)).toISOString();

describe.each(storeKinds)('decision store in $kind', ({ kind, start }) => {
  let stop: () => Promise<void>;
  let table: Table | undefined;
  let decisions: DecisionStore;
  let count = 0;
  let alertId = '';

  beforeAll(async () => {
    const started = await start();
    ({ table, stop } = started);
    ({ decisions } = started.stores);
  });
  afterAll(() => stop());
  beforeEach(() => {
    alertId = `alr_${count++}`;
  });
  const recorded = (delivery: number, changes: Partial<Recorded> = {}, entry: 'firing' | 'resolved' = 'firing') =>
    decisions.record(
      {
        alertId,
        relayId: 'rly_1',
        ruleId: 'rul_1',
        reason: 'duplicate_alert',
        sentence: 'It was routed.',
        lastAt: at(delivery),
        lastDeliveryId: `dlv_${delivery}`,
        ...changes,
      },
      entry,
    );
  const record = async (...given: Parameters<typeof recorded>) => (await recorded(...given)).counted;
  const counts = async () =>
    (await decisions.listByAlert(alertId)).map(({ ruleId, reason, count }) => `${ruleId} ${reason} ${count}`);

  test('repeats are counted together, and each once', async () => {
    await record(3);
    const repeats = (...of: number[]) =>
      decisions.recordRepeats(
        {
          ...{ alertId, relayId: 'rly_1', ruleId: 'rul_1', reason: 'duplicate_alert', sentence: 'Routed.' },
          ...{ lastAt: at(9), lastDeliveryId: `dlv_${of.at(-1)}` },
        },
        of.map((delivery) => ({ deliveryId: `dlv_${delivery}`, entry: 'firing' })),
      );
    const counted = (isNew: boolean) => ({ reason: 'duplicate_alert', counted: isNew });
    expect(await repeats(1, 2)).toEqual([counted(true), counted(true)]);
    expect(await repeats(2, 3, 4)).toEqual([counted(false), counted(false), counted(true)]);
    const many = Array.from({ length: 60 }, (_, index) => 10 + index);
    expect((await repeats(...many)).every((each) => each.counted)).toBe(true);
    expect(await counts()).toEqual(['rul_1 duplicate_alert 64']);
  });

  test('gives back what was recorded', async () => {
    expect(await record(1, { reason: 'started', jobId: 'job_1', sentence: 'It is new.' })).toBe(true);
    expect(await decisions.listByAlert(alertId)).toEqual([
      {
        alertId,
        relayId: 'rly_1',
        ruleId: 'rul_1',
        reason: 'started',
        sentence: 'It is new.',
        jobId: 'job_1',
        count: 1,
        firstAt: at(1),
        lastAt: at(1),
        lastDeliveryId: 'dlv_1',
      },
    ]);
    expect(await decisions.listByAlert('alr_unknown')).toEqual([]);
  });

  test('folds repeats into one row, with the first and the last time', async () => {
    for (const delivery of [1, 2, 3]) expect(await record(delivery)).toBe(true);
    const [row] = await decisions.listByAlert(alertId);
    expect(row).toMatchObject({ count: 3, firstAt: at(1), lastAt: at(3), lastDeliveryId: 'dlv_3' });
  });

  test('lists by the time of the first', async () => {
    await record(1, { ruleId: 'rul_2' });
    await record(2, { ruleId: 'rul_1' });
    await record(3, { reason: 'resolved', ruleId: 'rul_2' });
    expect(await counts()).toEqual(['rul_2 duplicate_alert 1', 'rul_1 duplicate_alert 1', 'rul_2 resolved 1']);
  });

  test('counts an entry once, also when others were counted since', async () => {
    for (const delivery of [1, 2, 3, 1, 2, 3, 1]) await record(delivery);
    expect(await record(2)).toBe(false);
    expect(await counts()).toEqual(['rul_1 duplicate_alert 3']);
  });

  test('counts an entry once, also where a later try decides otherwise', async () => {
    await record(1, { reason: 'started' });
    expect(await record(1, { reason: 'rule_disabled' })).toBe(false);
    expect(await counts()).toEqual(['rul_1 started 1']);
  });

  test('counts the firing and the resolved entry of one delivery, each once, and each rule by itself', async () => {
    await record(1, { reason: 'resolved' }, 'firing');
    expect(await record(1, { reason: 'resolved' }, 'resolved')).toBe(true);
    expect(await record(1, { reason: 'resolved' }, 'resolved')).toBe(false);
    expect(await record(1, { reason: 'resolved', ruleId: 'rul_10' }, 'firing')).toBe(true);
    expect(await counts()).toEqual(['rul_1 resolved 2', 'rul_10 resolved 1']);
  });

  test('counts right when the same entries come at once', async () => {
    const entries = [1, 2, 3, 1, 2, 3, 1, 2, 3];
    const counted = await Promise.all(entries.map((delivery) => record(delivery)));
    expect(counted.filter(Boolean)).toHaveLength(3);
    expect(await counts()).toEqual(['rul_1 duplicate_alert 3']);
  });

  const move = (from: Move['from'], reason: Move['reason'], changes: Partial<Move> = {}) =>
    decisions.move({
      ...{ alertId, relayId: 'rly_1', ruleId: 'rul_1', from, reason, sentence: 'It became another.' },
      ...{ day: '2027-03-01', lastAt: at(30), ...changes },
    });
  const stands = async () => {
    const rows = await decisions.listByAlert(alertId);
    return rows
      .map((row) => `${row.reason} ${openCount(row)} of ${row.count}${row.jobId ? ` ${row.jobId}` : ''}`)
      .sort();
  };

  test('what became another can come back to what it was, however often, and each time moves what came since', async () => {
    await record(1, { reason: 'storm_held', stormId: 'stm_1' });
    await move('storm_held', 'paused');
    await move('paused', 'storm_held', { stormId: 'stm_2' });
    expect(await stands()).toEqual(['paused 0 of 1', 'storm_held 1 of 2']);
    await move('storm_held', 'paused');
    await move('paused', 'storm_held', { stormId: 'stm_3' });
    expect(await move('storm_held', 'started', { jobId: 'job_1' })).toBe(true);
    expect(await move('storm_held', 'started', { jobId: 'job_1' })).toBe(false);
    expect(await stands()).toEqual(['paused 0 of 2', 'started 1 of 1 job_1', 'storm_held 0 of 3']);
  });

  test('an entry that another storm holds stands as held, one of the same storm as what that came to', async () => {
    await record(1, { reason: 'storm_held', stormId: 'stm_1' });
    await move('storm_held', 'storm_released', { jobId: 'job_1' });
    expect(await recorded(2, { reason: 'storm_held', stormId: 'stm_1' })).toMatchObject({ reason: 'storm_released' });
    expect(await recorded(3, { reason: 'storm_held', stormId: 'stm_2' })).toMatchObject({ reason: 'storm_held' });
    expect(await stands()).toEqual(['storm_held 1 of 2', 'storm_released 2 of 2 job_1']);
  });

  test('a move to the same reason names the newest job and counts nothing', async () => {
    await record(1, { reason: 'retried', jobId: 'job_1' });
    expect(await move('retried', 'retried', { jobId: 'job_2' })).toBe(true);
    expect(await stands()).toEqual(['retried 1 of 1 job_2']);
  });

  if (kind === 'DynamoDB')
    test('remembers enough entries, and not ever more of them', async () => {
      const remembered = z.object({ counted: z.array(z.string()) });
      let most = 0;
      if (!table) throw new Error('No table');
      for (let delivery = 1; delivery <= DELIVERIES; delivery++) {
        await record(delivery);
        const Key = keys.decision(alertId, 'rul_1', 'duplicate_alert');
        const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
        most = Math.max(most, remembered.parse(Item).counted.length);
        if (delivery > 50 && (isLong || delivery % 5 === 0)) expect(await record(delivery - 49)).toBe(false);
      }
      expect(most).toBe(100);
      expect(await counts()).toEqual([`rul_1 duplicate_alert ${DELIVERIES}`]);
    });
});
