import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import {
  alertId,
  relayId,
  sampleDelivery,
  sampleOccurrence,
  sampleRelay,
  sampleRule,
  withoutStart,
} from '../../support/fakes/alert-samples.ts';
import { unexpected } from '../../support/fakes/recorded.ts';
import { RoutingWorld } from '../../support/fakes/world.ts';

const rules = [
  sampleRule({ id: 'rul_1' }),
  sampleRule({ id: 'rul_2', enabled: false }),
  sampleRule({ id: 'rul_3' }, { pollInterval: 7 }),
  sampleRule({ id: 'rul_4' }, { integrationId: 'int_gone' }),
  sampleRule({ id: 'rul_5' }),
];
const resolved = { alertId, occurrence: sampleOccurrence({ status: 'resolved' }) };
const route = (world: RoutingWorld, ...deliveries: Delivery[]) => routeAlerts(world.deps(), deliveries);

describe('a new alert', () => {
  test('starts one execution per rule that is ready, under the job id, with the stored input', async () => {
    const world = new RoutingWorld(rules);
    expect(await route(world, sampleDelivery())).toEqual([undefined]);
    const ids = [jobIdOf(alertId, 'rul_1'), jobIdOf(alertId, 'rul_5')];
    expect([...world.executions.keys()]).toEqual(ids);
    for (const id of ids) {
      expect(world.executions.get(id)).toEqual(world.jobs.get(id)?.input);
      expect(world.jobs.get(id)).toMatchObject({
        alertId,
        deliveryId: 'dlv_1',
        executionArn: expect.stringContaining(id),
      });
    }
    expect(world.ledger()).toEqual([
      'rul_1 started 1',
      'rul_2 rule_disabled 1',
      'rul_3 invalid_rule 1',
      'rul_4 invalid_rule 1',
      'rul_5 started 1',
    ]);
    expect(world.decisions.get(`${alertId} rul_1 started`)).toMatchObject({ jobId: ids[0], lastDeliveryId: 'dlv_1' });
    expect(world.alerts.get(alertId)?.routedAt).toBeDefined();
    expect(world.metrics).toEqual([{ started: 2, rule_disabled: 1, invalid_rule: 2, alertsRouted: 1 }]);
  });

  test('of a relay without rules is routed, and counted', async () => {
    const world = new RoutingWorld([]);
    await route(world, sampleDelivery());
    expect(world.alerts.get(alertId)?.routedAt).toBeDefined();
    expect(world.ledger()).toEqual(['none no_rules 1']);
  });

  test('of a relay that was deleted after it accepted the delivery is routed, and counted', async () => {
    const world = new RoutingWorld([], { relay: { ...sampleRelay, deletedAt: '2027-03-01T11:59:59.000Z' } });
    expect(await route(world, sampleDelivery())).toEqual([undefined]);
    expect(world.ledger()).toEqual(['none no_rules 1']);
  });
});

describe('a repeat', () => {
  test('starts nothing and is counted per rule', async () => {
    const world = new RoutingWorld([sampleRule(), sampleRule({ id: 'rul_2', enabled: false })]);
    for (const deliveryId of ['dlv_1', 'dlv_2', 'dlv_3']) await route(world, sampleDelivery({ deliveryId }));
    expect(world.executions.size).toBe(1);
    expect(world.ledger()).toEqual([
      'rul_1 duplicate_alert 2',
      'rul_1 started 1',
      'rul_2 duplicate_alert 2',
      'rul_2 rule_disabled 1',
    ]);
  });

  test('that the queue gives twice is counted once', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deliveries = ['dlv_1', 'dlv_2', 'dlv_1', 'dlv_2'].map((deliveryId) => sampleDelivery({ deliveryId }));
    for (const delivery of deliveries) await route(world, delivery);
    await route(world, ...deliveries);
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 1', 'rul_1 started 1']);
    const [none, ...counted] = [
      { alertsRouted: 0 },
      { started: 1, alertsRouted: 1 },
      { duplicate_alert: 1, alertsRouted: 0 },
    ];
    expect(world.metrics).toEqual([...counted, none, none, none]);
  });

  test('of an alert whose routing broke off finishes it', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deps = world.deps();
    const down = { ...deps, executions: { start: () => Promise.reject(new Error('throttled')) } };
    expect(await routeAlerts(down, [sampleDelivery()])).toMatchObject([{ entries: 1 }]);
    expect(world.alerts.get(alertId)?.routedAt).toBeUndefined();
    // As if the store had broken off between its two writes.
    world.latest.clear();
    await routeAlerts(deps, [sampleDelivery({ deliveryId: 'dlv_2' })]);
    expect([...world.latest.values()]).toEqual([alertId]);
    expect(world.ledger()).toEqual(['rul_1 started 1']);
    await routeAlerts(deps, [sampleDelivery()]);
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 1', 'rul_1 started 1']);
    expect(world.executions.size).toBe(1);
  });
});

test('what is known to have started is not started again', async () => {
  const world = new RoutingWorld([sampleRule()]);
  const deps = world.deps();
  const decisions = { ...deps.decisions, recordFirst: () => Promise.reject(new Error('down')) };
  expect(await routeAlerts({ ...deps, decisions }, [sampleDelivery()])).toMatchObject([{ entries: 1 }]);
  const executions = { start: () => unexpected('start') };
  expect(await routeAlerts({ ...deps, executions }, [sampleDelivery()])).toEqual([undefined]);
  expect(world.ledger()).toEqual(['rul_1 started 1']);
});

describe('the ledger', () => {
  const day = (world: RoutingWorld) => {
    const { accepted, undecided } = world.stores.ledgerDay(relayId, '2027-03-01');
    return { accepted, undecided };
  };
  const receive = (world: RoutingWorld, receives: number, broken: object = {}) =>
    routeAlerts({ ...world.deps(), ...broken }, [sampleDelivery()], undefined, [receives]);
  const down = { executions: { start: () => Promise.reject(new Error('throttled')) } };

  test('has a delivery that is decided the first time in one write', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const { ledger } = world.deps();
    await receive(world, 1, { ledger: { ...ledger, accepted: () => unexpected('accepted') } });
    expect(day(world)).toEqual({ accepted: 1, undecided: 0 });
  });

  test('has a delivery as due that could not be decided', async () => {
    const world = new RoutingWorld([sampleRule()]);
    expect(await receive(world, 1, down)).toMatchObject([{ entries: 1 }]);
    expect(day(world)).toEqual({ accepted: 1, undecided: 1 });
    await receive(world, 2);
    expect(day(world)).toEqual({ accepted: 1, undecided: 0 });
  });

  test('has a delivery as due that comes again, before it is routed: the first time may have ended without a word', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const { ledger } = world.deps();
    const closing = { ledger: { ...ledger, decided: () => Promise.reject(new Error('killed')) } };
    await receive(world, 2, { ...down, ...closing });
    expect(day(world)).toEqual({ accepted: 1, undecided: 1 });
  });
});

describe('a resolved entry', () => {
  test('closes the alert', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await route(world, sampleDelivery());
    const receivedAt = '2027-03-01T12:30:00.000Z';
    await route(world, sampleDelivery({ deliveryId: 'dlv_2', receivedAt, items: [resolved] }));
    expect(world.alerts.get(alertId)).toMatchObject({
      resolvedAt: receivedAt,
      resolvedBy: 'monitoring_system',
      resolvedByProvider: 'alertmanager',
    });
    expect(world.ledger()).toEqual(['rul_1 resolved 1', 'rul_1 started 1']);
  });

  test('before the firing one stores the alert closed, and the late one starts nothing', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await route(world, sampleDelivery({ deliveryId: 'dlv_2', items: [resolved] }));
    expect(world.alerts.get(alertId)).toMatchObject({ resolvedAt: expect.any(String), routedAt: expect.any(String) });
    await route(world, sampleDelivery());
    expect(world.executions.size).toBe(0);
    expect(world.ledger()).toEqual(['rul_1 resolved 2']);
  });

  test('without a start closes nothing that began after it came in', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const items = (status: 'firing' | 'resolved') => [{ alertId: 'alr_1', occurrence: withoutStart({ status }) }];
    await route(world, sampleDelivery({ receivedAt: '2027-03-01T12:10:00.000Z', items: items('firing') }));
    await route(world, sampleDelivery({ deliveryId: 'dlv_2', items: items('resolved') }));
    expect(world.alerts.get('alr_1')?.resolvedAt).toBeUndefined();
    expect(world.ledger()).toEqual(['rul_1 resolved 1', 'rul_1 started 1']);
  });

  test('in the same delivery as the firing one comes after it', async () => {
    const world = new RoutingWorld([sampleRule()]);
    await route(world, sampleDelivery({ items: [...sampleDelivery().items, resolved] }));
    expect(world.ledger()).toEqual(['rul_1 resolved 1', 'rul_1 started 1']);
  });
});
