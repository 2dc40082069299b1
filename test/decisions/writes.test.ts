import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../functions/contract/delivery.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { countRepeats, countRouting, type RoutingCounts } from '../support/count-routing.ts';
import { sampleDelivery, sampleRule } from '../support/fakes/alert-samples.ts';
import { firing } from '../support/fakes/broken-ports.ts';
import { recorded } from '../support/fakes/recorded.ts';
import { RoutingWorld } from '../support/fakes/world.ts';
import { isLong } from '../support/property-runs.ts';

/** Ports whose calls are paid for, and whose rows many alerts may meet on. */
const ports = [
  ...['switch', 'relays', 'rules', 'integrations', 'ledger', 'windows', 'storms', 'stormExecutions'],
  ...['alerts', 'decisions', 'jobs', 'titles', 'incidentJobs', 'executions', 'relayRuns', 'stopper'],
] as const;

/** Routes the deliveries as one batch and says how often each method of each port was called. */
async function callsOf(world: RoutingWorld, ...deliveries: Delivery[]): Promise<Record<string, number>> {
  const deps = world.deps();
  const noted = ports.map((name) => [name, recorded<object>(deps[name])] as const);
  const watched = Object.fromEntries(noted.map(([name, { port }]) => [name, port]));
  expect(await routeAlerts({ ...deps, ...watched }, deliveries)).toEqual(deliveries.map(() => undefined));
  const calls = noted.flatMap(([name, { calls: made }]) => made.map((call) => `${name}.${call.split('(')[0]}`));
  const counts = Map.groupBy(calls, (call) => call);
  return Object.fromEntries([...counts].map(([call, made]) => [call, made.length]));
}

const delivery = (deliveryId: string, ...names: string[]): Delivery =>
  sampleDelivery({ deliveryId, items: names.map((name) => firing(name)) });
const many = (prefix: string): string[] => Array.from({ length: 10 }, (_, index) => `${prefix}${index}`);
const worldOf = (...rules: Rule[]): RoutingWorld => new RoutingWorld(rules);

/** However many alerts there are. */
const oncePerBatch = { 'switch.read': 1, 'relays.get': 1, 'rules.listByRelay': 1, 'integrations.get': 1 };

describe('calls of a batch', () => {
  test('of a storm: one write of the window, one storm, one row of what is held, and one write per alert', async () => {
    const calls = await callsOf(
      worldOf(sampleRule()),
      delivery('dlv_1', ...many('a')),
      delivery('dlv_2', ...many('b')),
    );
    expect(calls).toMatchObject({
      ...oncePerBatch,
      ...{ 'ledger.accepted': 2, 'ledger.decided': 2 },
      ...{ 'windows.read': 1, 'windows.write': 1 },
      ...{ 'storms.addHeld': 1, 'storms.createOrGet': 1, 'stormExecutions.start': 1, 'storms.markStarted': 1 },
      ...{ 'alerts.find': 20, 'decisions.recordFirst': 20 },
      ...{ 'jobs.createWithAlert': 2, 'executions.start': 2, 'jobs.markStarted': 2 },
    });
    for (const call of ['alerts.create', 'alerts.markRouted', 'decisions.record', 'alerts.get']) {
      expect(calls).not.toHaveProperty([call]);
    }
  });

  test('a window per rule, and no more', async () => {
    const rules = [sampleRule(), sampleRule({ id: 'rul_2' }), sampleRule({ id: 'rul_3', enabled: false })];
    expect(await callsOf(worldOf(...rules), delivery('dlv_1', ...many('a')))).toMatchObject({
      ...oncePerBatch,
      ...{ 'windows.read': 2, 'windows.write': 2, 'decisions.recordFirst': 10 },
    });
  });

  test('of repeats: one decision each, and not a single write beside it', async () => {
    const world = worldOf(sampleRule());
    await callsOf(world, delivery('dlv_1', ...many('a')));
    expect(await callsOf(world, delivery('dlv_2', ...many('a')))).toEqual({
      ...oncePerBatch,
      ...{ 'ledger.accepted': 1, 'ledger.decided': 1 },
      ...{ 'alerts.find': 10, 'decisions.record': 10 },
    });
  });

  test('of the same new alerts at once: their words are not written again', async () => {
    const calls = await callsOf(worldOf(sampleRule()), delivery('dlv_1', 'a'), delivery('dlv_2', 'a'));
    expect(calls).not.toHaveProperty(['alerts.updateContent']);
    expect(calls).toMatchObject({ 'jobs.createWithAlert': 1, 'windows.write': 1, 'executions.start': 1 });
  });

  test('of deliveries that tell the same of one alert: it is looked up once more for all that repeat it', async () => {
    const world = worldOf(sampleRule());
    const calls = await callsOf(world, ...many('dlv_').map((id) => delivery(id, 'a')));
    expect(calls).toMatchObject({ 'alerts.find': 1, 'decisions.recordFirst': 1, 'decisions.recordRepeats': 1 });
    expect(calls).not.toHaveProperty(['decisions.record']);
    expect(world.ledger()).toEqual(['rul_1 duplicate_alert 9', 'rul_1 started 1']);
  });

  test('of nothing are none', async () => expect(await callsOf(worldOf(sampleRule()))).toEqual({}));
});

const storms = [
  { what: 'a storm of 1,000 alerts in a minute', alerts: 1_000, perDelivery: 10, overMs: 60_000, most: 1.5 },
  { what: 'a storm of 10,000 alerts in 200 deliveries', alerts: 10_000, perDelivery: 50, overMs: 60_000, most: 1 },
];

/** Calls of the table for each alert, its storm's execution included. `npm run bench` prints them. */
test.each([
  { what: 'a single alert', alerts: 1, perDelivery: 1, overMs: 0, most: 12 },
  // What a storm takes once weighs ten times as much as in one of 1,000.
  { what: 'a storm of 100 alerts in 6 s', alerts: 100, perDelivery: 10, overMs: 6_000, most: 2 },
  ...(isLong ? storms : []),
])('$what takes at most $most calls of the table for each', async ({ alerts, perDelivery, overMs, most }) => {
  expect(await callsPerAlert(countRouting(alerts, perDelivery, overMs))).toBeLessThanOrEqual(most);
});

test('100 deliveries of one alert take at most three calls of the table for each', async () => {
  expect(await callsPerAlert(countRepeats(100, 6_000))).toBeLessThanOrEqual(3);
});

async function callsPerAlert(counting: Promise<RoutingCounts>): Promise<number> {
  const { alerts, calls } = await counting;
  return [...calls.values()].reduce((sum, count) => sum + count, 0) / alerts;
}
