import { expect, test } from 'vitest';
import { relayRunInputSchema } from '../../../functions/contract/relay-run.ts';
import { relayRunOf } from '../../../functions/domain/relay-run/relay-run.ts';
import type { Relay } from '../../../functions/domain/rule/relay.ts';
import { sampleAlert, sampleRelay, sampleRule } from '../../support/fakes/alert-samples.ts';

const runOf = (count: number, repeatPolicy: Relay['repeatPolicy']) => {
  const rules = Array.from({ length: count }, (_, order) => sampleRule({ id: `r${order}`, order, group: 'g' }));
  return relayRunOf({
    alert: sampleAlert(),
    relay: { ...sampleRelay, repeatPolicy },
    rules,
    delivery: { deliveryId: 'dlv_1', webhookId: 'wh_1', format: 'alertmanager' },
    reasons: new Map(rules.map(({ id }, at) => [id, at === 0 ? 'started' : 'scheduled'])),
  });
};

/** An execution has room for 300 turns. */
test.each<[rules: number, policy: Relay['repeatPolicy'], rounds: number]>([
  [2, 'none', 1],
  [2, 'once', 2],
  [2, 'all', 10],
  [30, 'all', 10],
  [31, 'all', 9],
  [150, 'all', 2],
  [151, 'once', 1],
  [400, 'all', 1],
])('%i rules, repeat %s: %i rounds', (rules, policy, rounds) => {
  const run = runOf(rules, policy);
  expect(run?.rounds).toBe(rounds);
  expect(relayRunInputSchema.parse(run)).toEqual(run);
});
