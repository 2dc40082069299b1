import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import {
  alertId,
  sampleDelivery,
  sampleOccurrence,
  sampleRelay,
  sampleRule,
} from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';

/** Titles of their own, which no other session works on. */
const firing = (id: string, title = `${id}-x is down`) => ({
  alertId: id,
  occurrence: sampleOccurrence({ title, fingerprint: `v1:${id}` }),
});
/** Of critical alerts none is held back. */
const everyAlert = sampleRule({}, { config: { criticalBypassesStorm: true } });
const route = (world: RoutingWorld, ...deliveries: Delivery[]) => routeAlerts(world.deps(), deliveries);

describe('a batch', () => {
  test('routes what speaks of one alert one after the other, in the order of receipt', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const later = sampleDelivery({ deliveryId: 'dlv_2', receivedAt: '2027-03-01T12:05:00.000Z' });
    await route(world, later, sampleDelivery());
    expect(world.decisions.get(`${alertId} rul_1 started`)).toMatchObject({ lastDeliveryId: 'dlv_1', count: 1 });
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 1', 'rul_1 started 1']);
  });

  test('a failed entry keeps its own delivery and no other', async () => {
    const world = new RoutingWorld([everyAlert]);
    const deps = world.deps();
    const start: typeof deps.executions.start = (name, input) =>
      input.alert.title.startsWith('Bad')
        ? Promise.reject(new Error(`no ${input.alert.id}`))
        : deps.executions.start(name, input);
    const deliveries = [
      sampleDelivery({ deliveryId: 'dlv_1', items: [firing('alr_1')] }),
      sampleDelivery({
        deliveryId: 'dlv_2',
        items: [firing('alr_2', 'Bad one'), firing('alr_3'), firing('alr_4', 'Bad other')],
      }),
      sampleDelivery({ deliveryId: 'dlv_3', items: [firing('alr_5')] }),
    ];
    const results = await routeAlerts({ ...deps, executions: { start } }, deliveries);
    expect(results).toEqual([undefined, { entries: 2, error: new Error('no alr_2') }, undefined]);
    expect([...world.executions.values()].map(({ alert }) => alert.id).sort()).toEqual(['alr_1', 'alr_3', 'alr_5']);
    expect(world.metrics).toEqual([{ started: 3, alertsRouted: 3 }]);
  });

  test('beside another with the same new alert starts one execution, and each entry is counted', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await Promise.all([route(world, sampleDelivery()), route(world, sampleDelivery({ deliveryId: 'dlv_2' }))]);
    expect(world.executions.size).toBe(1);
    const counts = [...world.decisions.values()].map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count)).toBe(2);
  });

  test('of an unknown relay comes again', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const [result] = await route(world, sampleDelivery({ relayId: 'rly_gone' }));
    expect(result).toEqual({ entries: 1, error: new Error('Relay rly_gone is unknown') });
  });

  test('of a thousand alerts is routed with a bounded number at once, and its relay is read once', async () => {
    const world = new RoutingWorld([everyAlert]);
    const deps = world.deps();
    const seen = { reads: 0, now: 0, most: 0 };
    const relays: typeof deps.relays = {
      get: async () => {
        seen.reads++;
        return sampleRelay;
      },
    };
    const start: typeof deps.executions.start = async (name, input) => {
      seen.most = Math.max(seen.most, ++seen.now);
      await new Promise(setImmediate);
      seen.now--;
      return deps.executions.start(name, input);
    };
    const items = Array.from({ length: 1_000 }, (_, index) => firing(`alr_${index}`));
    await routeAlerts({ ...deps, relays, executions: { start } }, [sampleDelivery({ items })]);
    expect(world.executions.size).toBe(1_000);
    expect(seen).toEqual({ reads: 1, now: 0, most: 100 });
  });
});
