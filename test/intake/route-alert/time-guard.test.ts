import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import { limits } from '../../../functions/contract/limits.ts';
import { accept } from '../../../functions/deliveries/accept.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { differentAlerts } from '../../support/different-alerts.ts';
import { relayId, sampleRule } from '../../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';
import { routeQueue, VCPU } from '../../support/slow-router.ts';

const DAY = '2027-03-01';
const deliveriesOf = (alerts: number, perDelivery: number): Delivery[] =>
  differentAlerts(alerts, perDelivery, 0).map(([, delivery]) => delivery);

/** As the door queues them: a large delivery in several messages. */
async function queued(deliveries: Delivery[]): Promise<Delivery[]> {
  const sent: Delivery[] = [];
  const queue = { send: async (part: Delivery) => void sent.push(part) };
  const alerts = { latestOf: async () => undefined };
  for (const { items, ...envelope } of deliveries) {
    const occurrences = items.map(({ occurrence }) => occurrence);
    await accept({ alerts, queue }, envelope, occurrences, 'signature');
  }
  return sent;
}

/** Each entry is decided once, by each rule, and the ledger says so. */
function expectBalance(world: RoutingWorld, entries: number): void {
  const { accepted, reasons, undecided } = world.stores.ledgerDay(relayId, DAY);
  expect({ accepted, undecided }).toEqual({ accepted: entries, undecided: 0 });
  const counts = Object.values(reasons);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(entries);
  expect(world.alerts.size).toBe(entries);
}

describe('4 deliveries of 1,000 alerts', () => {
  test('are routed within 90 s at the CPU share of 512 MiB', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const { doneMs, invocations, mostReceives, deadLetters } = await routeQueue(
      world,
      await queued(deliveriesOf(4_000, 1_000)),
    );
    expect(doneMs).toBeLessThan(90_000);
    expect(deadLetters).toEqual([]);
    expect(mostReceives).toBeLessThanOrEqual(2);
    expectBalance(world, 4_000);
    const cpuSeconds = (invocations.reduce((sum, { tookMs }) => sum + tookMs, 0) * VCPU) / 1_000;
    expect(4_000 / cpuSeconds).toBeGreaterThan(100);
    expect(Math.max(...invocations.map(({ entries }) => entries))).toBe(2_500);
  });

  test('are one after the other routed by a single consumer, whose invocations all end in time', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const { invocations, deadLetters } = await routeQueue(world, deliveriesOf(4_000, 1_000), { consumers: 1 });
    for (const { tookMs } of invocations) expect(tookMs).toBeLessThan(90_000);
    expect(deadLetters).toEqual([]);
    expectBalance(world, 4_000);
  });
});

describe('a batch for which there is no time', () => {
  test('does not become dead letters by being returned, and nothing is done twice', async () => {
    const world = new RoutingWorld([sampleRule()]);
    // 12 invocations, were each to end in time; a message is received 8 times at most.
    const deliveries = deliveriesOf(10_000, 1_000);
    const { invocations, deadLetters, mostReceives } = await routeQueue(world, deliveries, {
      consumers: 1,
      vCpu: VCPU / 7.5,
    });
    expect(invocations.length).toBeGreaterThan(limits.queueTries);
    for (const { tookMs } of invocations) expect(tookMs).toBeLessThan(90_000);
    expect(deadLetters).toEqual([]);
    expect(mostReceives).toBeLessThan(limits.queueTries);
    expectBalance(world, 10_000);
  });

  test('has its small deliveries routed first, whatever came before them', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const [large, ...others] = deliveriesOf(3_000, 1_000);
    const small = deliveriesOf(3_003, 1).slice(3_000);
    const batch = [...(large ? [large] : []), ...small, ...others];
    const calls = { count: 0 };
    const results = await routeAlerts(world.deps(), batch, () => 30_000 - 10_000 * calls.count++);
    const done = batch.filter((_, index) => results[index] === undefined);
    expect(done).toEqual(small);
    expect(results.filter((result) => result !== undefined)).toMatchObject([
      { outOfTime: 'moved', entries: 903 },
      { outOfTime: 'not_begun', entries: 1_000 },
      { outOfTime: 'not_begun', entries: 1_000 },
    ]);
  });

  test('says of a delivery whose entries were decided before that it did not move', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deliveries = deliveriesOf(1_000, 1_000);
    const once = () => {
      const calls = { count: 0 };
      return () => (calls.count++ < 2 ? 90_000 : 0);
    };
    expect(await routeAlerts(world.deps(), deliveries, once())).toEqual([{ entries: 900, outOfTime: 'moved' }]);
    expect(await routeAlerts(world.deps(), deliveries, once())).toEqual([{ entries: 900, outOfTime: 'stuck' }]);
  });
});
