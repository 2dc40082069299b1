import { describe, expect, test } from 'vitest';
import { severities } from '../../functions/contract/alert.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { receivedAt, sampleDelivery, sampleRule } from '../support/fakes/alert-samples.ts';
import { delivered, fails, failure, firing, type Ports, routeWith, webhook } from '../support/fakes/broken-ports.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

describe('storm control that fails', () => {
  const held = sampleRule({}, { maxImmediateDispatches: 0 });

  test('fails for all alerts of its rule, and for no other rule', async () => {
    const world = new RoutingWorld([sampleRule(), webhook('rul_2')]);
    const results = await routeWith(world, { windows: { read: fails } }, delivered(firing('a'), firing('b')));
    expect(results).toEqual([{ entries: 2, error: failure }]);
    expect(world.executions.size).toBe(0);
    // The webhook was called, and is decided when the delivery comes again.
    expect([world.calls.size, world.decisions.size]).toEqual([2, 0]);
  });

  test.each<[string, Ports]>([
    ['writing down what is held', { storms: { addHeld: fails } }],
    ['making the storm', { storms: { createOrGet: fails } }],
    ['starting its execution', { stormExecutions: { start: fails } }],
    ['noting its start', { storms: { markStarted: fails } }],
    ['reading its phase', { storms: { get: fails } }],
  ])('%s: the alert is not recorded as held', async (_, broken) => {
    const world = new RoutingWorld([held]);
    expect(await routeWith(world, broken, delivered(firing('a'), firing('b')))).toEqual([
      { entries: 2, error: failure },
    ]);
    expect(world.ledger()).toEqual([]);
    expect(await routeAlerts(world.deps(), [delivered(firing('a'), firing('b'))])).toEqual([undefined]);
    expect(world.ledger()).toEqual(['rul_1 storm_held 1', 'rul_1 storm_held 1']);
    expect(world.stormExecutions.size).toBe(1);
  });

  test('a storm that ends each time that alerts meet it is no reason to lose them', async () => {
    const world = new RoutingWorld([held]);
    const stores = world.deps().storms;
    const get: typeof stores.get = async (id) => {
      const storm = await stores.get(id);
      return storm && { ...storm, phase: 'released' };
    };
    const over: Ports = { storms: { get } };
    expect(await routeWith(world, over, delivered(firing('a')))).toEqual([
      { entries: 1, error: new Error('The storm ended meanwhile') },
    ]);
    expect(world.ledger()).toEqual([]);
  });
});

describe('a critical alert', () => {
  test.each(severities)(
    'of severity %s passes the window only if it is critical and the rule says so',
    async (severity) => {
      const started = async (criticalBypassesStorm: boolean) => {
        const world = new RoutingWorld([
          sampleRule({}, { maxImmediateDispatches: 0, config: { criticalBypassesStorm } }),
        ]);
        await routeAlerts(world.deps(), [delivered(firing('a', 'x', severity))]);
        return world.ledger();
      };
      expect(await started(true)).toEqual([severity === 'critical' ? 'rul_1 started 1' : 'rul_1 storm_held 1']);
      expect(await started(false)).toEqual(['rul_1 storm_held 1']);
    },
  );
});

describe('a repeat of a held alert', () => {
  test('is counted, and the hold goes on', async () => {
    const world = new RoutingWorld([sampleRule({}, { maxImmediateDispatches: 1 })]);
    const route = (id: string, ...names: string[]) =>
      routeAlerts(world.deps(), [sampleDelivery({ deliveryId: id, items: names.map((name) => firing(name)) })]);
    await route('dlv_1', 'a', 'b');
    const { stormId } = world.stores.windows.get('rul_1')?.window ?? {};
    await route('dlv_2', 'b');
    await route('dlv_3', 'c');
    expect(world.ledger()).toEqual([
      'rul_1 duplicate_alert 1',
      'rul_1 started 1',
      'rul_1 storm_held 1',
      'rul_1 storm_held 1',
    ]);
    expect(world.stores.windows.get('rul_1')?.window).toMatchObject({ stormId, heldMs: Date.parse(receivedAt) });
    expect(world.stormExecutions.size).toBe(1);
  });
});
