import { describe, expect, test } from 'vitest';
import type { AlertOccurrence } from '../../functions/contract/alert.ts';
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
import { RoutingWorld } from '../support/fakes/world.ts';

type Status = AlertOccurrence['status'];

const minute = (n: number) => `2027-03-01T12:${String(n).padStart(2, '0')}:00.000Z`;
const first = nextAlertIdOf({ relayId, fingerprint, previousAlertId: null });

const withStart = (status: Status, n: number): Delivery =>
  sampleDelivery({
    deliveryId: `dlv_${n}`,
    receivedAt: minute(n),
    items: [{ alertId, occurrence: sampleOccurrence({ status }) }],
  });
const startless = (status: Status, n: number): Delivery =>
  sampleDelivery({
    deliveryId: `dlv_${n}`,
    receivedAt: minute(n),
    items: [{ alertId: first, occurrence: withoutStart({ status }) }],
  });

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** What of an alert may not depend on the order: which one it is, and the marks that it bears. */
async function outcomeOf(deliveries: Delivery[]) {
  const world = new RoutingWorld([sampleRule()]);
  for (const delivery of deliveries) {
    expect(await routeAlerts(world.deps(), [delivery])).toEqual([undefined]);
    // One that is at work keeps another from the same title.
    world.endSessions('session_failed');
  }
  const alerts = [...world.alerts.values()].map(({ id, title, acknowledgedAt, acknowledgedBy, ...rest }) => {
    const { resolvedAt, resolvedBy, resolvedByProvider } = rest;
    return { id, title, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, resolvedByProvider };
  });
  const counted = [...world.decisions.values()].reduce((sum, { count }) => sum + count, 0);
  return { alerts, counted, starts: world.executions.size };
}

const statusesOf = (order: Delivery[]) => order.map(({ items }) => items[0]?.occurrence.status);
const shown = (order: Delivery[]) => statusesOf(order).join(', ');

describe.each([
  ['with a start', withStart],
  ['without a start', startless],
])('entries %s', (_, entry) => {
  const life = [entry('firing', 1), entry('acknowledged', 2), entry('firing', 3), entry('resolved', 4)];

  test.each(permutations(life).map((order) => ({ order, what: shown(order) })))(
    '$what: one alert, acknowledged and resolved, at most one start, every entry counted',
    async ({ order }) => {
      const { alerts, counted, starts } = await outcomeOf(order);
      expect({ alerts, counted }).toEqual({
        alerts: [
          {
            id: entry === withStart ? alertId : first,
            title: 'Checkout error rate above 5 %',
            acknowledgedAt: minute(2),
            acknowledgedBy: 'monitoring_system',
            resolvedAt: minute(4),
            resolvedBy: 'monitoring_system',
            resolvedByProvider: 'alertmanager',
          },
        ],
        counted: 4,
      });
      const said = statusesOf(order);
      expect(starts).toBe(said.indexOf('firing') < said.indexOf('resolved') ? 1 : 0);
    },
  );

  const open = [entry('firing', 1), entry('update', 2), entry('acknowledged', 3), entry('unknown', 4)];

  test.each(permutations(open).map((order) => ({ order, what: shown(order) })))(
    '$what: one open alert and exactly one start',
    async ({ order }) => {
      const { alerts, counted, starts } = await outcomeOf(order);
      expect(alerts).toMatchObject([{ acknowledgedAt: minute(3), resolvedAt: undefined }]);
      expect({ counted, starts }).toEqual({ counted: 4, starts: 1 });
    },
  );
});

test('a test stores what each rule would do, apart from the incident that it is about', async () => {
  const world = new RoutingWorld([sampleRule(), sampleRule({ id: 'rul_2', enabled: false })]);
  const occurrence = withoutStart({ status: 'test', fingerprint: `test:${fingerprint}` });
  const tests = ['dlv_1', 'dlv_2'].map((deliveryId, n) =>
    sampleDelivery({ deliveryId, receivedAt: minute(n + 1), items: [{ alertId: `alr_test_${n}`, occurrence }] }),
  );
  for (const delivery of tests) await routeAlerts(world.deps(), [delivery]);
  expect(world.executions.size).toBe(0);
  expect(world.ledger()).toEqual(['rul_1 test 2', 'rul_2 test 2']);
  expect([...world.decisions.values()].map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^A test, which starts nothing\. Firing, it would be: started\. /),
    'A test, which starts nothing. Firing, it would be: rule_disabled. Rule "Fix checkout" is switched off.',
  ]);
  expect([...world.alerts.values()]).toMatchObject([{ id: 'alr_test_0', resolvedAt: minute(1) }]);
});

test('what came before the firing entry does not take its words from the agent', async () => {
  const world = new RoutingWorld([sampleRule()]);
  const early = withStart('acknowledged', 2);
  const bare = {
    ...early,
    items: [{ alertId, occurrence: sampleOccurrence({ status: 'acknowledged', title: 'INC-7' }) }],
  };
  await routeAlerts(world.deps(), [bare]);
  await routeAlerts(world.deps(), [withStart('firing', 1)]);
  const words = { title: 'Checkout error rate above 5 %', severity: 'critical' };
  expect([...world.executions.values()]).toMatchObject([{ alert: words }]);
  expect([...world.alerts.values()]).toMatchObject([{ ...words, acknowledgedAt: minute(2) }]);
});

describe('without a start, once the alert is resolved', () => {
  const closed = [startless('firing', 1), startless('resolved', 2)];

  test.each(['update', 'unknown'] as const)('%s makes no new alert', async (status) => {
    const later = { ...startless(status, 3), items: [{ alertId: 'alr_next', occurrence: withoutStart({ status }) }] };
    const { alerts, counted } = await outcomeOf([...closed, later]);
    expect(alerts.map(({ id }) => id)).toEqual([first]);
    expect(counted).toBe(3);
  });

  test('acknowledged waits for the firing entry that it overtook', async () => {
    const next = nextAlertIdOf({ relayId, fingerprint, previousAlertId: first });
    const entry = (status: Status, n: number) => ({
      ...startless(status, n),
      items: [{ alertId: next, occurrence: withoutStart({ status }) }],
    });
    const { alerts, starts } = await outcomeOf([...closed, entry('acknowledged', 4), entry('firing', 3)]);
    expect(alerts[1]).toMatchObject({ id: next, acknowledgedAt: minute(4), resolvedAt: undefined });
    expect(starts).toBe(2);
  });
});
