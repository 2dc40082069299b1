import { describe, expect, test } from 'vitest';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { type RouteAlertDeps, routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { relayId, sampleDelivery, sampleRule } from '../support/fakes/alert-samples.ts';
import { delivered, fails, failure, firing, type Ports, routeWith, webhook } from '../support/fakes/broken-ports.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

/** For each port on the way of a new alert to its session, what must not have been done where a call of it fails. */
const onTheWay: [call: string, broken: Ports, rules: Rule[]][] = [
  ['reading the relay', { relays: { get: fails } }, [sampleRule()]],
  ['reading the rules', { rules: { listByRelay: fails } }, [sampleRule()]],
  ['reading an integration', { integrations: { get: fails } }, [sampleRule()]],
  ['reading the switch', { switch: { read: fails } }, [sampleRule()]],
  ['counting what is accepted', { ledger: { accepted: fails } }, [sampleRule()]],
  ['finding the alert', { alerts: { find: fails } }, [sampleRule()]],
  ['storing the alert', { alerts: { create: fails } }, [webhook('rul_1')]],
  ['reading the window', { windows: { read: fails } }, [sampleRule()]],
  ['writing the window', { windows: { write: fails } }, [sampleRule()]],
  ['reading the last job of the incident', { incidentJobs: { last: fails } }, [sampleRule()]],
  ['taking a budget', { budgets: { take: fails } }, [sampleRule({}, { config: { maxSessionsPerDay: 1 } })]],
  ['claiming the title', { titles: { claim: fails } }, [sampleRule()]],
  ['making the job', { jobs: { createWithAlert: fails } }, [sampleRule()]],
  ['starting the execution', { executions: { start: fails } }, [sampleRule()]],
  ['calling a webhook', { webhookCalls: { send: fails } }, [webhook('rul_1')]],
];
describe('a call that fails on the way to a start', () => {
  test.each(onTheWay)(
    '%s: nothing starts, nothing is decided, and the delivery comes again',
    async (_, broken, rules) => {
      const world = new RoutingWorld(rules);
      expect(await routeWith(world, broken, delivered(firing('a')))).toEqual([{ entries: 1, error: failure }]);
      expect([world.executions.size, world.calls.size, world.decisions.size]).toEqual([0, 0, 0]);
      expect([...world.alerts.values()].every(({ routedAt }) => routedAt === undefined)).toBe(true);
      // Once it works again, the same delivery ends as if nothing had been.
      expect(await routeAlerts(world.deps(), [delivered(firing('a'))])).toEqual([undefined]);
      expect(world.executions.size + world.calls.size).toBe(1);
      expect(world.stores.ledgerDay(relayId, '2027-03-01')).toMatchObject({ accepted: 1, undecided: 0 });
    },
  );

  test('recording that a relay has no rule: the delivery comes again', async () => {
    const world = new RoutingWorld([]);
    const broken: Ports = { decisions: { recordFirst: fails } };
    expect(await routeWith(world, broken, delivered(firing('a')))).toEqual([{ entries: 1, error: failure }]);
    expect(world.alerts.size).toBe(0);
  });

  const afterwards: [call: string, broken: Ports][] = [
    ['noting the start', { jobs: { markStarted: fails } }],
    ['recording the decision', { decisions: { recordFirst: fails } }],
    ['counting what was decided', { ledger: { decided: fails } }],
  ];
  test.each(afterwards)('%s: the delivery comes again, and what has started does so once', async (_, broken) => {
    const world = new RoutingWorld([sampleRule()]);
    expect(await routeWith(world, broken, delivered(firing('a')))).toEqual([{ entries: 1, error: failure }]);
    expect(world.executions.size).toBe(1);
    expect(await routeAlerts(world.deps(), [delivered(firing('a'))])).toEqual([undefined]);
    expect(world.executions.size).toBe(1);
    expect(world.ledger()).toEqual(['rul_1 started 1']);
    expect(world.stores.ledgerDay(relayId, '2027-03-01')).toMatchObject({ accepted: 1, undecided: 0 });
  });
});

describe('a failed entry', () => {
  test('goes no further, and the entries beside it do', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const deps = world.deps();
    const find: typeof deps.alerts.find = async (id, ...of) => (id === 'alr_a' ? fails() : deps.alerts.find(id, ...of));
    const results = await routeWith(world, { alerts: { find } }, delivered(firing('a'), firing('b')));
    expect(results).toEqual([{ entries: 1, error: failure }]);
    expect([...world.decisions.values()].map(({ alertId }) => alertId)).toEqual(['alr_b']);
    expect([...world.executions.values()].map(({ alert }) => alert.id)).toEqual(['alr_b']);
  });

  test('takes no later turn in its group', async () => {
    const group = { group: 'one' };
    const world = new RoutingWorld([
      webhook('rul_1', { ...group, order: 0 }),
      webhook('rul_2', { ...group, order: 1 }),
    ]);
    const deps = world.deps();
    const send: typeof deps.webhookCalls.send = async (call) =>
      call.ruleId === 'rul_1' ? fails() : deps.webhookCalls.send(call);
    const results = await routeWith(world, { webhookCalls: { send } }, delivered(firing('a')));
    expect(results).toEqual([{ entries: 1, error: failure }]);
    expect([world.calls.size, world.decisions.size, world.runs.size]).toEqual([0, 0, 0]);
  });

  test('whose session failed takes no later turn either', async () => {
    const group = { group: 'one' };
    const world = new RoutingWorld([sampleRule({ ...group, order: 0 }), webhook('rul_2', { ...group, order: 1 })]);
    await routeWith(world, { titles: { claim: fails } }, delivered(firing('a')));
    expect([world.calls.size, world.decisions.size, world.runs.size]).toEqual([0, 0, 0]);
  });

  test('is told by its first error', async () => {
    const world = new RoutingWorld([webhook('rul_1'), webhook('rul_2')]);
    const send = async ({ ruleId }: { ruleId: string }) => Promise.reject(new Error(ruleId));
    expect(await routeWith(world, { webhookCalls: { send } }, delivered(firing('a')))).toEqual([
      { entries: 1, error: new Error('rul_1') },
    ]);
  });
});

describe('what is taken for a session that does not start after all', () => {
  test('budgets are given back where a session of the same title is at work', async () => {
    const rule = sampleRule({}, { config: { maxSessionsPerDay: 5 } });
    const world = new RoutingWorld([rule]);
    await routeAlerts(world.deps(), [delivered(firing('a', 'Same title'))]);
    await routeAlerts(world.deps(), [sampleDelivery({ deliveryId: 'dlv_2', items: [firing('b', 'Same title')] })]);
    expect(world.ledger()).toEqual(['rul_1 same_title_running 1', 'rul_1 started 1']);
    expect([...world.stores.budgets].map(([scope, jobs]) => [scope, jobs.size])).toEqual([
      ['rule:rul_1 2027-03-01', 1],
    ]);
  });

  test('a budget that cannot be given back: the delivery comes again, and gives it back then', async () => {
    const world = new RoutingWorld([sampleRule({}, { config: { maxSessionsPerDay: 5 } })]);
    await routeAlerts(world.deps(), [delivered(firing('a', 'Same title'))]);
    const second = sampleDelivery({ deliveryId: 'dlv_2', items: [firing('b', 'Same title')] });
    expect(await routeWith(world, { budgets: { giveBack: fails } }, second)).toEqual([{ entries: 1, error: failure }]);
    expect(world.ledger()).toEqual(['rul_1 started 1']);
    expect(await routeAlerts(world.deps(), [second])).toEqual([undefined]);
    expect(world.stores.budgets.get('rule:rul_1 2027-03-01')?.size).toBe(1);
  });

  test('the place of the window is free for the next alert', async () => {
    const world = new RoutingWorld([sampleRule({}, { maxImmediateDispatches: 2 })]);
    const items = [firing('a', 'Same title'), firing('b', 'Same title'), firing('c')];
    for (const [index, item] of items.entries()) {
      await routeAlerts(world.deps(), [sampleDelivery({ deliveryId: `dlv_${index}`, items: [item] })]);
    }
    expect(world.ledger()).toEqual(['rul_1 same_title_running 1', 'rul_1 started 1', 'rul_1 started 1']);
  });
});

describe('the metrics of a batch', () => {
  test('count every alert, relay by relay, and each once', async () => {
    const world = new RoutingWorld([sampleRule()]);
    const published: unknown[] = [];
    const metrics: RouteAlertDeps['metrics'] = {
      publish: ({ relays, alertsRouted }) => void published.push({ relays: Object.fromEntries(relays), alertsRouted }),
    };
    const deliveries = [
      delivered(firing('a'), firing('b')),
      sampleDelivery({ deliveryId: 'dlv_2', items: [firing('a'), firing('c')] }),
    ];
    await routeAlerts({ ...world.deps(), metrics }, deliveries);
    await routeAlerts({ ...world.deps(), metrics }, deliveries);
    const reasons = { started: 2, storm_held: 1, duplicate_alert: 1 };
    expect(published).toEqual([
      { relays: { [relayId]: { entries: 4, reasons } }, alertsRouted: 3 },
      { relays: {}, alertsRouted: 0 },
    ]);
  });
});
