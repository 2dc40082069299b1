import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../functions/contract/delivery.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { decisionStores } from '../../functions/wiring/decision-stores.ts';
import { alertId, relayId, sampleDelivery, sampleOccurrence, sampleRule } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { startTable } from '../support/table.ts';

const firing = (deliveryId: string) => sampleDelivery({ deliveryId });
const resolved = (deliveryId: string) =>
  sampleDelivery({
    ...{ deliveryId, receivedAt: '2027-03-01T12:00:01.000Z' },
    items: [{ alertId, occurrence: sampleOccurrence({ status: 'resolved' }) }],
  });

/** Each delivery by a router of its own, all at the same moment: each of them finds the alert new. */
async function atOnce(world: RoutingWorld, ...deliveries: Delivery[]): Promise<void> {
  const routed = await Promise.all(deliveries.map((delivery) => routeAlerts(world.deps(), [delivery])));
  expect(routed).toEqual(deliveries.map(() => [undefined]));
  const { accepted, undecided } = world.stores.ledgerDay(relayId, '2027-03-01');
  expect({ accepted, undecided }).toEqual({ accepted: deliveries.length, undecided: 0 });
  expect([...world.alerts.keys()]).toEqual([alertId]);
}
const counted = (world: RoutingWorld): number =>
  [...world.decisions.values()].reduce((sum, { count }) => sum + count, 0);

test('an alert with more rules than one write has rows is decided by each of them', async () => {
  const rules = Array.from({ length: 101 }, (_, index) => sampleRule({ id: `rul_${index}`, enabled: false }));
  const { table, stop } = await startTable();
  try {
    const { alerts, decisions, jobs } = decisionStores(table);
    const deps = { ...new RoutingWorld(rules).deps(), alerts, decisions, jobs };
    expect(await routeAlerts(deps, [firing('dlv_1')])).toEqual([undefined]);
    expect(await decisions.listByAlert(alertId)).toHaveLength(101);
    expect((await alerts.get(alertId))?.routedAt).toBeDefined();
  } finally {
    await stop();
  }
});

describe('routers that find the same alert new at the same moment', () => {
  test('start one session, and count each delivery', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await atOnce(world, firing('dlv_1'), firing('dlv_2'), firing('dlv_3'));
    expect(world.executions.size).toBe(1);
    expect(counted(world)).toBe(3);
  });

  test('record one decision where nothing starts, and repeats beside it', async () => {
    const world = new RoutingWorld([sampleRule({ enabled: false })]);
    await atOnce(world, firing('dlv_1'), firing('dlv_2'), firing('dlv_3'));
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 2', 'rul_1 rule_disabled 1']);
  });

  test('lose neither its beginning nor its end', async () => {
    const world = new RoutingWorld([sampleRule({}, { config: { onResolve: 'stop' } })]);
    await atOnce(world, firing('dlv_1'), resolved('dlv_2'));
    expect(world.alerts.get(alertId)?.resolvedAt).toBe('2027-03-01T12:00:01.000Z');
    expect(world.alerts.get(alertId)?.routedAt).toBeDefined();
    expect(counted(world)).toBe(2);
    // Whichever was first: a session that began is stopped.
    expect(world.stopped.size).toBe(world.executions.size);
  });
});
