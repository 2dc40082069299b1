import { describe, expect, test } from 'vitest';
import { relayRunIdOf } from '../../functions/domain/job/job-id.ts';
import type { Relay } from '../../functions/domain/rule/relay.ts';
import type { Rule } from '../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../functions/intake/route-alert/route-alert.ts';
import { alertId, relayId, sampleDelivery, sampleRelay, sampleRule } from '../support/fakes/alert-samples.ts';
import { RoutingWorld } from '../support/fakes/world.ts';

const rule = (id: string, changes: Partial<Rule> = {}, config: object = {}) =>
  sampleRule({ id, name: id, group: 'one', order: Number(id.at(-1)), ...changes }, config);
const webhook = (id: string, changes: Partial<Rule> = {}) =>
  sampleRule({
    ...{ id, name: id, group: 'one', order: Number(id.at(-1)), ruleType: 'webhook' },
    configJson: JSON.stringify({ endpoint: 'https://chat.internal.corp/hook' }),
    ...changes,
  });
const off = { enabled: false };
const broken = { pollInterval: 7 };

async function routed(rules: Rule[], relay: Partial<Relay> = {}): Promise<RoutingWorld> {
  const world = new RoutingWorld(rules, { relay: { ...sampleRelay, ...relay } });
  expect(await routeAlerts(world.deps(), [sampleDelivery()])).toEqual([undefined]);
  const { accepted, undecided } = world.stores.ledgerDay(relayId, '2027-03-01');
  expect({ accepted, undecided }).toEqual({ accepted: rules.length, undecided: 0 });
  return world;
}
const runOf = (world: RoutingWorld) =>
  world.runs.get(relayRunIdOf(alertId))?.groups.map(({ name, steps }) => [name, ...steps.map(({ ruleId }) => ruleId)]);

describe('one immediate rule', () => {
  test('starts its session directly, and pays for no parent', async () => {
    const world = await routed([rule('r1'), rule('r2', off)]);
    expect(world.executions.size).toBe(1);
    expect(world.runs.size).toBe(0);
  });

  test('that calls a webhook needs none either', async () => {
    const world = await routed([webhook('r1')]);
    expect([...world.calls.values()]).toMatchObject([{ ruleId: 'r1', alertId }]);
    expect(world.ledger()).toEqual(['r1 webhook_called 1']);
    expect(world.runs.size).toBe(0);
  });
});

describe('rules of one group', () => {
  test('the first one that may act begins, the others have their turn later', async () => {
    const world = await routed([rule('r1', {}, broken), webhook('r2'), rule('r3'), rule('r4'), rule('r5', off)]);
    expect(world.ledger()).toEqual([
      'r1 invalid_rule 1',
      'r2 webhook_called 1',
      'r3 started 1',
      'r4 scheduled 1',
      'r5 rule_disabled 1',
    ]);
    expect(runOf(world)).toEqual([['one', 'r3', 'r4']]);
  });

  test('a delay holds up what comes after it', async () => {
    const world = await routed([rule('r1', { delayMinutes: 5 }), webhook('r2')]);
    expect(world.ledger()).toEqual(['r1 scheduled 1', 'r2 scheduled 1']);
    expect(world.calls.size).toBe(0);
    expect(runOf(world)).toEqual([['one', 'r1', 'r2']]);
    expect(world.runs.get(relayRunIdOf(alertId))).toMatchObject({
      receivedAt: '2027-03-01T12:00:00.000Z',
      rounds: 1,
      groups: [{ steps: [{ delayMinutes: 5 }, { delayMinutes: 0, ruleType: 'webhook' }] }],
    });
  });

  test('one that takes the alert in hand otherwise ends the group, and no run is needed', async () => {
    const rules = [rule('r1', {}, { maxImmediateDispatches: 0 }), webhook('r2')];
    const world = await routed(rules);
    expect(world.ledger()).toEqual(['r1 storm_held 1', 'r2 not_needed 1']);
    expect(world.runs.size).toBe(0);
    expect(world.calls.size).toBe(0);
  });
});

test('groups run side by side', async () => {
  const world = await routed([rule('r1'), rule('r2'), rule('r3', { group: 'two' }), webhook('r4', { group: 'three' })]);
  expect(world.ledger()).toEqual(['r1 started 1', 'r2 scheduled 1', 'r3 started 1', 'r4 webhook_called 1']);
  expect(runOf(world)).toEqual([
    ['one', 'r1', 'r2'],
    ['two', 'r3'],
  ]);
});

test.each([
  ['once', 2],
  ['all', 10],
] as const)('repeat %s is a run of at most %i rounds, also for one rule', async (repeatPolicy, rounds) => {
  const world = await routed([rule('r1')], { repeatPolicy });
  expect(world.runs.get(relayRunIdOf(alertId))).toMatchObject({ rounds, relay: { repeatPolicy } });
});
