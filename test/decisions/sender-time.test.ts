import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
import type { Delivery } from '../../functions/contract/delivery.ts';
import { identify } from '../../functions/deliveries/identify.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { relayId, sampleDelivery, sampleRule, withoutStart } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

type Status = AlertOccurrence['status'];
/** What the sender says happened, and in which minute by its own clock. */
type Event = [status: Status, minute: number];

const minute = (n: number) => `2027-03-01T12:${String(n).padStart(2, '0')}:00.000Z`;

/**
 * Events as they come in, half an hour late and a minute apart, in this order, and are queued and routed one by one.
 */
async function receiveInTurn(world: RoutingWorld, events: Event[]): Promise<void> {
  const deps = world.deps();
  for (const [index, event] of events.entries()) await routeAlerts(deps, [await deliver(world, event, index)]);
}

async function deliver(world: RoutingWorld, [status, n]: Event, index: number): Promise<Delivery> {
  const occurrence = withoutStart({ status, occurredAt: minute(n) });
  const [alertId = ''] = await identify(world.deps().alerts, relayId, [occurrence], minute(30 + index));
  return sampleDelivery({
    deliveryId: `dlv_${status}_${n}`,
    receivedAt: minute(30 + index),
    items: [{ alertId, occurrence }],
  });
}

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const life: Event[] = [
  ['firing', 1],
  ['acknowledged', 2],
  ['resolved', 3],
];
const orders = permutations(life).map((order) => ({ order, what: order.map(([status]) => status).join(', ') }));
const stateOf = (world: RoutingWorld) =>
  [...world.alerts.values()].map(({ acknowledgedAt, resolvedAt }) => [acknowledgedAt, resolvedAt].map(Boolean));
const startsOf = (order: Event[]) => {
  const said = order.map(([status]) => status);
  return said.indexOf('firing') < said.indexOf('resolved') ? 1 : 0;
};

describe.each(orders)("received as $what, in another order than the sender's own times", ({ order }) => {
  test('is one alert, acknowledged and closed', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await receiveInTurn(world, order);
    expect(stateOf(world)).toEqual([[true, true]]);
    expect(world.executions.size).toBe(startsOf(order));
  });

  test.each(orders)('and routed as $what: likewise', async ({ order: routed }) => {
    const world = new RoutingWorld([sampleRule()]);
    const deliveries = await Promise.all(order.map((event, index) => deliver(world, event, index)));
    const inTurn = routed.flatMap(([status]) =>
      deliveries.filter(({ items }) => items[0]?.occurrence.status === status),
    );
    for (const delivery of inTurn) await routeAlerts(world.deps(), [delivery]);
    expect(stateOf(world)).toEqual([[true, true]]);
    expect(world.executions.size).toBe(startsOf(routed));
  });

  test('and what fires after the end is an alert of its own', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await receiveInTurn(world, [...order, ['firing', 4]]);
    expect(stateOf(world)).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

test('an end that was long under way does not close what began after it', async () => {
  const world = new RoutingWorld([sampleRule()]);
  await receiveInTurn(world, [['firing', 1]]);
  const [first] = world.alerts.values();
  if (first) world.alerts.set(first.id, { ...first, resolvedAt: minute(29), resolvedBy: 'user' });
  await receiveInTurn(world, [
    ['firing', 5],
    ['resolved', 2],
  ]);
  expect(stateOf(world)).toEqual([
    [false, true],
    [false, false],
  ]);
});

test.each(['ALARM again', 'no data first'])(
  'an alarm that goes through several states is one alert: %s',
  async (what) => {
    const world = new RoutingWorld([sampleRule()]);
    const before: Event[] = what === 'ALARM again' ? [['firing', 1]] : [];
    await receiveInTurn(world, [...before, ['unknown', 2], ['firing', 3], ['resolved', 4]]);
    expect(stateOf(world)).toEqual([[false, true]]);
    expect(world.executions.size).toBe(1);
  },
);
