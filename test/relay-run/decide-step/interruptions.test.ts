import { describe, expect, test } from 'vitest';
import type { StepInput } from '../../../functions/contract/relay-run.ts';
import { jobIdOf } from '../../../functions/domain/job/job-id.ts';
import { relayRunOf } from '../../../functions/domain/relay-run/relay-run.ts';
import { decideStep } from '../../../functions/relay-run/decide-step/decide-step.ts';
import { runStopped } from '../../../functions/relay-run/run-stopped/run-stopped.ts';
import { alertId, sampleAlert, sampleRelay } from '../../support/fakes/alert-samples.ts';
import { type Interruption, interrupted } from '../../support/fakes/interruption.ts';
import { ended, groupRule, routedWorld, sampleStep, stepDeps } from '../../support/fakes/relay-steps.ts';
import type { RoutingWorld } from '../../support/fakes/world.ts';

const rules = [groupRule('a', 0), groupRule('b', 1), groupRule('c', 2)];
const broken = [groupRule('a', 0), groupRule('b', 1, { configJson: '{}' }), groupRule('c', 2)];

const resolve = (world: RoutingWorld) => {
  for (const [id, alert] of world.alerts) world.alerts.set(id, { ...alert, resolvedAt: '2027-03-01T12:01:00.000Z' });
};
const pause = (world: RoutingWorld) => {
  world.pauseSwitch = { paused: true, by: 'admin', at: '2027-03-01T12:01:00.000Z' };
};

/** Breaks the work at each call of a port in every way, does it again, and compares what is left behind. */
async function atEveryCall<Answer>(
  world: () => Promise<RoutingWorld>,
  work: (world: RoutingWorld, at?: Interruption) => Promise<{ calls: number; answer: Answer | undefined }>,
): Promise<void> {
  const undisturbed = await world();
  const { calls, answer } = await work(undisturbed);
  expect(answer).toBeDefined();
  for (let call = 1; call <= calls; call++) {
    for (const when of ['before', 'after'] as const) {
      for (const kind of ['fails', 'dies'] as const) {
        const disturbed = await world();
        await work(disturbed, { call, when, kind });
        const again = await work(disturbed);
        const at = `call ${call}, ${when}, ${kind}`;
        expect(again.answer, at).toEqual(answer);
        expect(disturbed.state(), at).toEqual(undisturbed.state());
      }
    }
  }
}

describe('a decision that breaks off is finished by the next try, with nothing done twice', () => {
  test.each<[what: string, input: StepInput, happens?: (world: RoutingWorld) => void, ruleSet?: typeof rules]>([
    ['the first step', sampleStep('a', ['b', 'c'])],
    ['a step whose turn comes', sampleStep('b', ['c'], { previous: ended('blocked') })],
    ['a success before it', sampleStep('b', ['c'], { previous: ended('diff_ready') })],
    ['a resolved alert', sampleStep('a', ['b', 'c']), resolve],
    ['a pause', sampleStep('b', ['c'], { previous: ended('blocked') }), pause],
    ['an invalid rule', sampleStep('b', ['c'], { previous: ended('blocked') }), () => undefined, broken],
  ])('%s', async (_, input, happens, ruleSet = rules) => {
    const prepare = async () => {
      const world = await routedWorld(ruleSet);
      happens?.(world);
      return world;
    };
    await atEveryCall(prepare, async (world, at) => {
      const { deps, calls } = interrupted(stepDeps(world), at);
      const decision = await decideStep(deps, input).catch(() => undefined);
      // The sentence of a repeat may say that it was decided before.
      return { calls: calls(), answer: decision && { action: decision.action, job: decision.job?.id } };
    });
  });
});

test('so is the settling of a run that was stopped', async () => {
  const run = relayRunOf({
    alert: sampleAlert(),
    relay: sampleRelay,
    rules,
    delivery: { deliveryId: 'dlv_1', webhookId: 'wh_1', format: 'alertmanager' },
    reasons: new Map([
      ['a', 'started'],
      ['b', 'scheduled'],
      ['c', 'scheduled'],
    ]),
  });
  if (!run) throw new Error('There is no run');
  const detail = { executionArn: 'arn', name: run.runId, status: 'ABORTED' as const, input: JSON.stringify(run) };
  const runs = { read: async () => undefined };
  await atEveryCall(
    () => routedWorld(rules),
    async (world, at) => {
      const { deps, calls } = interrupted(stepDeps(world), at);
      const answer = await runStopped({ ...deps, runs }, { detail }).catch(() => undefined);
      return { calls: calls(), answer };
    },
  );
  const world = await routedWorld(rules);
  await runStopped({ ...stepDeps(world), runs }, { detail });
  expect(world.ledger()).toEqual(['a started 1', 'b not_needed 1', 'c not_needed 1']);
  expect(world.jobs.get(jobIdOf(alertId, 'a'))?.finishedAt).toBeDefined();
});
