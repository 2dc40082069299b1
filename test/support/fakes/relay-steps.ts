import type { StepInput } from '../../../functions/contract/relay-run.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import { routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import type { DecideStepDeps } from '../../../functions/relay-run/decide-step/decide-step.ts';
import { alertId, sampleDelivery, sampleRelay, sampleRule } from './alert-samples.ts';
import { RoutingWorld } from './world.ts';

/** A rule of the one group that these steps are about. */
export const groupRule = (id: string, order: number, changes: Partial<Rule> = {}): Rule =>
  sampleRule({ id, name: id, order, group: 'g', ...changes });

export const sampleStep = (ruleId: string, rest: string[] = [], changes: Partial<StepInput> = {}): StepInput => ({
  runId: 'run_1',
  alertId,
  repeatPolicy: 'none',
  group: 'g',
  step: { ruleId, ruleName: ruleId },
  rest,
  round: 1,
  previous: null,
  alreadyThere: false,
  ...changes,
});

/** How rule `a` ended. */
export const ended = (outcome: 'blocked' | 'diff_ready'): NonNullable<StepInput['previous']> => ({
  ruleId: 'a',
  ruleName: 'a',
  jobId: jobIdOf(alertId, 'a'),
  outcome,
  cause: 'As it says.',
});

export const stepDeps = (world: RoutingWorld): DecideStepDeps => world.deps();

/** The sample alert routed under these rules, its run not begun. */
export async function routedWorld(rules: Rule[], repeatPolicy: 'none' | 'all' = 'none'): Promise<RoutingWorld> {
  const world = new RoutingWorld(rules, { relay: { ...sampleRelay, repeatPolicy } });
  await routeAlerts({ ...world.deps(), relayRuns: { start: async (name) => `arn:run:${name}` } }, [sampleDelivery()]);
  return world;
}
