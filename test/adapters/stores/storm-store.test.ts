import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { Storm } from '../../../functions/domain/storm/storm.ts';
import type { StormStore } from '../../../functions/ports.ts';
import { storeKinds } from '../../support/store-kinds.ts';

describe.each(storeKinds)('storms in $kind', ({ kind, start }) => {
  let table: Table | undefined;
  let storms: StormStore;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const started = await start();
    ({ table, stop } = started);
    ({ storms } = started.stores);
  });
  afterAll(() => stop());

  const storm = (id: string, changes: Partial<Storm> = {}): Storm => ({
    ...{ id, relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix checkout', phase: 'holding', firstAlertId: 'alr_1' },
    createdAt: '2027-03-01T12:00:00.000Z',
    ...changes,
  });
  const held = (alertId: string, second: number) => ({
    ...{ alertId, severity: 'high' as const, at: new Date(Date.UTC(2027, 2, 1, 12, 0, second)).toISOString() },
  });

  describe('a storm', () => {
    test('is made once: the first one stands', async () => {
      expect(await storms.createOrGet(storm('stm_1'))).toEqual(storm('stm_1'));
      expect(await storms.createOrGet(storm('stm_1', { ruleName: 'Other' }))).toEqual(storm('stm_1'));
      expect(await storms.get('stm_none')).toBeUndefined();
    });

    test('names its execution', async () => {
      await storms.createOrGet(storm('stm_2'));
      await storms.markStarted('stm_2', 'arn:storm', '2027-03-01T12:00:01.000Z');
      expect(await storms.get('stm_2')).toMatchObject({
        executionArn: 'arn:storm',
        startedAt: '2027-03-01T12:00:01.000Z',
      });
    });

    test('is changed only in one of the phases that are named, and keeps what is not given', async () => {
      await storms.createOrGet(storm('stm_3', { detectedAt: '2027-03-01T12:00:00.000Z' }));
      expect(await storms.change('stm_3', { phase: 'dispatched' }, ['collecting', 'triaging'])).toBe(false);
      const rootCause = { alertId: 'alr_1', by: 'agent' as const, sentence: 'So it is.' };
      const changes = { phase: 'triaging' as const, held: 3, rootCause, investigated: ['alr_2'] };
      expect(await storms.change('stm_3', changes, ['holding', 'collecting'])).toBe(true);
      expect(await storms.get('stm_3')).toEqual(storm('stm_3', { detectedAt: '2027-03-01T12:00:00.000Z', ...changes }));
      expect(await storms.change('stm_none', { phase: 'released' }, ['holding'])).toBe(false);
    });

    test('is read by its id, each once', async () => {
      await storms.createOrGet(storm('stm_4'));
      expect(await storms.list(['stm_4', 'stm_none', 'stm_4'])).toEqual([storm('stm_4')]);
    });

    if (kind === 'DynamoDB')
      test('ends after 90 days', async () => {
        await storms.createOrGet(storm('stm_5'));
        if (!table) throw new Error('No table');
        const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keys.storm('stm_5') }));
        expect(Item?.expiresAt).toBe(Date.UTC(2027, 2, 1, 12) / 1_000 + 90 * 86_400);
      });

    test('stands in the list, newest first', async () => {
      for (const second of [1, 3, 2]) {
        await storms.createOrGet(storm(`stm_list_${second}`, { createdAt: `2028-03-01T12:00:0${second}.000Z` }));
      }
      const listed: string[] = [];
      for await (const { id } of storms.listNewest({ before: undefined, expected: 3 })) {
        listed.push(id);
        if (listed.length === 3) break;
      }
      expect(listed).toEqual(['stm_list_3', 'stm_list_2', 'stm_list_1']);
    });
  });

  describe('what is held', () => {
    test('is listed once each, in the order of arrival, whatever the order of writing', async () => {
      await storms.addHeld('stm_6', 'dlv_b', [held('alr_3', 3), held('alr_1', 1)]);
      await storms.addHeld('stm_6', 'dlv_a', [held('alr_2', 2), held('alr_1', 1)]);
      expect(await storms.listHeld('stm_6')).toEqual([held('alr_1', 1), held('alr_2', 2), held('alr_3', 3)]);
      expect(await storms.listHeld('stm_none')).toEqual([]);
    });

    test('written again is the same row', async () => {
      await storms.addHeld('stm_7', 'dlv_a', [held('alr_1', 1)]);
      await storms.addHeld('stm_7', 'dlv_a', [held('alr_1', 1)]);
      await storms.addHeld('stm_7', 'dlv_b', []);
      expect(await storms.listHeld('stm_7')).toHaveLength(1);
    });

    test('of 10,000 alerts in ten deliveries comes back whole', async () => {
      for (let delivery = 0; delivery < 10; delivery++) {
        const alerts = Array.from({ length: 1_000 }, (_, index) =>
          held(`alr_${'0'.repeat(28)}${delivery}_${index}`, delivery),
        );
        await storms.addHeld('stm_8', `dlv_${delivery}#0123456789abcdef`, alerts);
      }
      expect(await storms.listHeld('stm_8')).toHaveLength(10_000);
    });
  });
});
