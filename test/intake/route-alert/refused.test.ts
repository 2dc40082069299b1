import { expect, test } from 'vitest';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { relayId, sampleDelivery, sampleOccurrence, sampleRule } from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';

const agent = sampleRule({ id: 'rul_1', group: 'one', order: 1 }, { config: { maxSessionsPerDay: 1 } });
const webhook = sampleRule({
  ...{ id: 'rul_2', group: 'one', order: 2, ruleType: 'webhook' },
  configJson: JSON.stringify({ endpoint: 'https://chat.internal.corp/hook' }),
});

/** One delivery after the other; the first session uses up the budget of the day. */
async function deliver(...titles: string[]): Promise<RoutingWorld> {
  const world = new RoutingWorld([agent, webhook]);
  for (const [index, title] of titles.entries()) {
    const occurrence = sampleOccurrence({ fingerprint: `v1:${index}`, title });
    const items = [{ alertId: `alr_${index}`, occurrence }];
    expect(await routeAlerts(world.deps(), [sampleDelivery({ deliveryId: `dlv_${index}`, items })])).toEqual([
      undefined,
    ]);
  }
  return world;
}

test('an alert that a budget refuses holds no title: the next of that title has the same answer', async () => {
  const world = await deliver('First', 'Disk full', 'Disk full');
  expect(world.stores.ledgerDay(relayId, '2027-03-01').reasons).toEqual({
    ...{ started: 1, scheduled: 1, budget: 2, webhook_called: 2 },
  });
});

test('what is refused takes no place of the window: nothing is held for it', async () => {
  const world = await deliver('First', 'Second', 'Third', 'Fourth');
  expect(world.stores.ledgerDay(relayId, '2027-03-01').reasons).not.toHaveProperty('storm_held');
});
