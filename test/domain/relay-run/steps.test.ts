import { describe, expect, test } from 'vitest';
import { reasonCodes } from '../../../functions/contract/reason-codes.ts';
import { relayRunOf } from '../../../functions/domain/relay-run/relay-run.ts';
import { groupsOf, leavesToNextRule, needsRun } from '../../../functions/domain/relay-run/steps.ts';
import { sampleAlert, sampleRelay, sampleRule } from '../../support/fakes/alert-samples.ts';

const rule = (id: string, group: string, order: number, changes: object = {}) =>
  sampleRule({ id, group, order, name: id, ...changes });

test('the next rule has its turn where one could not act, and after a call', () => {
  expect(reasonCodes.filter(leavesToNextRule)).toEqual([
    'webhook_called',
    'budget',
    'rule_disabled',
    'not_matched',
    'no_service',
    'invalid_rule',
  ]);
});

test('groups are those of the rules that are switched on', () => {
  const rules = [rule('a', 'x', 1), rule('b', 'y', 1), rule('c', 'x', 2), rule('d', 'z', 1, { enabled: false })];
  expect(groupsOf(rules).map((group) => group.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
});

describe('a relay needs runs', () => {
  test.each<[what: string, rules: object[], repeatPolicy: 'none' | 'once' | 'all', needed: boolean]>([
    ['none without rules', [], 'all', false],
    ['none for one immediate rule', [{}], 'none', false],
    ['none for one that is on beside one that is off', [{}, { enabled: false }], 'none', false],
    ['for two rules', [{}, {}], 'none', true],
    ['for a delay', [{ delayMinutes: 1 }], 'none', true],
    ['for rounds', [{}], 'once', true],
  ])('%s', (_, rules, repeatPolicy, needed) => {
    const given = rules.map((changes, index) => sampleRule({ id: `rul_${index}`, ...changes }));
    expect(needsRun({ repeatPolicy }, given)).toBe(needed);
  });
});

describe('a run carries', () => {
  const rules = [rule('a', 'x', 1), rule('b', 'x', 2), rule('c', 'x', 3), rule('d', 'y', 1)];
  const delivery = { webhookId: 'wh_1', format: 'generic', deliveryId: 'dlv_1' };
  const runOf = (reasons: Record<string, 'started' | 'scheduled' | 'budget' | 'storm_held'>) =>
    relayRunOf({
      alert: sampleAlert(),
      relay: sampleRelay,
      rules,
      delivery,
      reasons: new Map(Object.entries(reasons)),
    });

  test('each group from the step on that is started or has its turn later', () => {
    const run = runOf({ a: 'budget', b: 'started', c: 'scheduled', d: 'scheduled' });
    expect(run?.groups.map(({ name, steps }) => [name, steps.map(({ ruleId }) => ruleId)])).toEqual([
      ['x', ['b', 'c']],
      ['y', ['d']],
    ]);
    expect(run).toMatchObject({ rounds: 1, relay: { id: 'rly_1' }, startedBy: delivery });
  });

  test('nothing where nothing is left', () => {
    expect(runOf({ a: 'storm_held', d: 'budget' })).toBeUndefined();
  });
});
