import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../functions/contract/delivery.ts';
import { nextAlertIdOf } from '../../functions/domain/alert/alert-id.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import {
  alertId,
  fingerprint,
  relayId,
  sampleDelivery,
  sampleOccurrence,
  sampleRule,
  withoutStart,
} from '../support/fakes/alert-samples.ts';
import { type Interruption, interrupted } from '../support/fakes/interruption.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { part } from '../support/property-runs.ts';

/** Of three alerts at once none is held. */
const wide = { maxImmediateDispatches: 5 };
const rules = [
  sampleRule({ id: 'rul_1' }, wide),
  sampleRule({ id: 'rul_2', enabled: false }),
  sampleRule({ id: 'rul_3' }, wide),
];
const first = nextAlertIdOf({ relayId, fingerprint, previousAlertId: null });
const later = '2027-03-01T13:00:00.000Z';
const muchLater = '2027-03-01T14:00:00.000Z';

const firing = (deliveryId: string) => sampleDelivery({ deliveryId });
const resolved = (deliveryId: string, receivedAt: string) =>
  sampleDelivery({
    deliveryId,
    receivedAt,
    items: [{ alertId, occurrence: sampleOccurrence({ status: 'resolved' }) }],
  });
const startless = (deliveryId: string, receivedAt: string, status: 'firing' | 'resolved' = 'firing') =>
  sampleDelivery({ deliveryId, receivedAt, items: [{ alertId: first, occurrence: withoutStart({ status }) }] });
const several = sampleDelivery({
  items: [
    ...firing('').items,
    { alertId: 'alr_2', occurrence: sampleOccurrence({ fingerprint: 'v1:other', title: 'Other' }) },
    { alertId: first, occurrence: withoutStart({ fingerprint: 'v1:third', title: 'Third' }) },
  ],
});

interface Scenario {
  what: string;
  before: Delivery[];
  broken: Delivery;
  executions: number;
}

const scenarios: Scenario[] = [
  { what: 'a new alert', before: [], broken: firing('dlv_1'), executions: 2 },
  { what: 'a repeat', before: [firing('dlv_1')], broken: firing('dlv_2'), executions: 2 },
  { what: 'several alerts', before: [], broken: several, executions: 6 },
  { what: 'a resolved entry', before: [firing('dlv_1')], broken: resolved('dlv_2', later), executions: 2 },
  { what: 'a resolved entry out of order', before: [], broken: resolved('dlv_2', later), executions: 0 },
  {
    what: 'a late firing entry',
    before: [resolved('dlv_2', later)],
    broken: firing('dlv_1'),
    executions: 0,
  },
  { what: 'a new alert without a start', before: [], broken: startless('dlv_1', later), executions: 2 },
  {
    what: 'an alert that fires anew',
    before: [startless('dlv_1', '2027-03-01T12:00:00.000Z'), startless('dlv_2', later, 'resolved')],
    broken: startless('dlv_3', muchLater),
    executions: 4,
  },
];

/** Each call breaks off before its work and after it, and fails and dies: in the long run all four ways. */
const kinds: (Pick<Interruption, 'when' | 'kind'> & { turn: number })[] = [
  { when: 'before', kind: 'fails', turn: 0 },
  { when: 'after', kind: 'fails', turn: 1 },
  { when: 'before', kind: 'dies', turn: 1 },
  { when: 'after', kind: 'dies', turn: 0 },
];

async function worldAfter(deliveries: Delivery[]): Promise<RoutingWorld> {
  const world = new RoutingWorld(rules);
  for (const delivery of deliveries) {
    expect(await routeAlerts(world.deps(), [delivery])).toEqual([undefined]);
    // One that is at work keeps another from the same title.
    world.endSessions('session_failed');
  }
  return world;
}

describe('routing that breaks off at any call and comes again does its work once', () => {
  const cases = scenarios.flatMap((scenario) => kinds.map((kind) => ({ ...scenario, ...kind })));

  test.each(cases)('$what, call $kind $when its work', async ({ before, broken, executions, turn, ...kind }) => {
    const undisturbed = await worldAfter(before);
    const counting = interrupted(undisturbed.deps());
    await routeAlerts(counting.deps, [broken]);
    expect(undisturbed.executions.size).toBe(executions);
    expect(counting.calls()).toBeGreaterThan(4);

    const calls = Array.from({ length: counting.calls() }, (_, index) => index + 1);
    for (const call of part(calls, 2, turn)) {
      const world = await worldAfter(before);
      const { deps } = interrupted(world.deps(), { call, ...kind });
      const [failure] = await routeAlerts(deps, [broken]);
      // Whatever call it was, the message stays in the queue.
      expect(failure, `call ${call}`).toBeDefined();
      expect(await routeAlerts(world.deps(), [broken])).toEqual([undefined]);
      // The queue may give a message once more, also when it is done.
      expect(await routeAlerts(world.deps(), [broken])).toEqual([undefined]);
      expect(world.state(), `call ${call}`).toEqual(undisturbed.state());
    }
  });
});
