import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStormMembers } from '../../../functions/adapters/dynamodb/storm-members.ts';
import { connectTable } from '../../../functions/adapters/dynamodb/table.ts';
import type { RoutingStores } from '../../../functions/ports.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { isLong } from '../../support/property-runs.ts';
import { storeKinds } from '../../support/store-kinds.ts';

describe.each(storeKinds)('members of storms in $kind', ({ start }) => {
  let stores: RoutingStores;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ stores, stop } = await start());
  });
  afterAll(() => stop());

  const at = '2027-03-01T12:00:00.000Z';
  const alert = (id: string) => sampleAlert({ id, fingerprint: id, service: 'checkout', message: 'x'.repeat(5_000) });
  const decision = (alertId: string, ruleId = 'rul_1') => ({
    ...{ alertId, ruleId, relayId: 'rly_1', reason: 'storm_held' as const, sentence: 'Held.', stormId: 'stm_1' },
    ...{ lastAt: at, lastDeliveryId: 'dlv_1' },
  });

  test('a member is a few fields of its alert, and what its decision counts while it stands', async () => {
    const { alerts, decisions } = stores;
    for (const id of ['alr_held', 'alr_over', 'alr_moved', 'alr_new']) await alerts.create(alert(id));
    for (const id of ['alr_held', 'alr_over', 'alr_moved']) await decisions.record(decision(id), 'firing');
    await decisions.record({ ...decision('alr_held'), lastDeliveryId: 'dlv_2' }, 'firing');
    await decisions.record(decision('alr_new', 'rul_other'), 'firing');
    await alerts.resolve('alr_over', at, 'alertmanager');
    const { lastDeliveryId: _, ...moved } = decision('alr_moved');
    await decisions.move({ ...moved, reason: 'cooldown', from: 'storm_held', day: '2027-03-01' });

    const members = await stores.members.list('rul_1', ['alr_new', 'alr_gone', 'alr_over', 'alr_held', 'alr_moved']);
    const { title, severity, source } = alert('');
    const member = { ...{ title, severity, source, service: 'checkout', createdAt: at }, isResolved: false };
    expect(members).toEqual([
      { ...member, id: 'alr_new', heldCount: 0 },
      { ...member, id: 'alr_over', isResolved: true, heldCount: 1 },
      { ...member, id: 'alr_held', heldCount: 2 },
      { ...member, id: 'alr_moved', heldCount: undefined },
    ]);
  });

  test('many are read a hundred at a time, in their order', async () => {
    const { alerts } = stores;
    const ids = Array.from({ length: isLong ? 250 : 120 }, (_, index) => `alr_many_${index}`);
    for (const id of ids) await alerts.create(alert(id));
    const members = await stores.members.list('rul_1', ids);
    expect(members.map(({ id }) => id)).toEqual(ids);
    expect(await stores.members.list('rul_1', [])).toEqual([]);
  });
});

test('each of very many is asked for once', async () => {
  const client = new DynamoDBClient({ region: 'eu-central-1' });
  const asked: string[] = [];
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        asked.push(...(JSON.stringify(input).match(/alr_\d+/g) ?? []));
        return { output: { $metadata: {}, Responses: {} }, response: {} };
      },
    { step: 'initialize', name: 'asked' },
  );
  const ids = Array.from({ length: 1_701 }, (_, index) => `alr_${index}`);
  expect(await createStormMembers(connectTable('relay', client)).list('rul_1', ids)).toEqual([]);
  // Its alert and its decision.
  expect(asked.sort()).toEqual([...ids, ...ids].sort());
});
