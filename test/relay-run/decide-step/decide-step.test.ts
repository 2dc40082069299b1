import { beforeEach, describe, expect, test } from 'vitest';
import type { StepInput } from '../../../functions/contract/relay-run.ts';
import { jobIdOf, jobIdOfRound } from '../../../functions/domain/job/job-id.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import { decideStep } from '../../../functions/relay-run/decide-step/decide-step.ts';
import { alertId } from '../../support/fakes/alert-samples.ts';
import {
  ended,
  routedWorld,
  groupRule as rule,
  sampleStep as step,
  stepDeps,
} from '../../support/fakes/relay-steps.ts';
import { sampleCollected } from '../../support/fakes/samples.ts';

const red = ended('blocked');

async function routed(rules: Rule[], repeatPolicy: 'none' | 'all' = 'none') {
  const world = await routedWorld(rules, repeatPolicy);
  return { world, decide: (input: StepInput) => decideStep(stepDeps(world), input) };
}

describe('a step', () => {
  let rules: Rule[];
  beforeEach(() => {
    rules = [rule('a', 0), rule('b', 1)];
  });

  test('the job that routing has made is started with its input', async () => {
    const { world, decide } = await routed(rules);
    const decision = await decide(step('a', ['b']));
    const job = world.jobs.get(jobIdOf(alertId, 'a'));
    expect(decision).toMatchObject({ action: 'start', reason: 'started', job: { id: job?.id, input: job?.input } });
    expect(world.ledger()).toEqual(['a started 1', 'b scheduled 1']);
  });

  test('one whose turn has come makes its job, and leaves the start to the run', async () => {
    const { world, decide } = await routed(rules);
    const decision = await decide(step('b', [], { previous: red }));
    expect(decision).toMatchObject({ action: 'start', job: { id: jobIdOf(alertId, 'b') } });
    expect(world.executions.size).toBe(0);
    expect(world.ledger()).toEqual(['a started 1', 'b started 1']);
  });

  test.each<[what: string, input: StepInput]>([
    ['of routing', step('a', ['b'])],
    ['of its own', step('b', [], { previous: red })],
    ['that ends the group', step('b', [], { previous: ended('diff_ready') })],
  ])('asked once more says the same, with nothing done twice: %s', async (_, input) => {
    const { world, decide } = await routed(rules);
    const first = await decide(input);
    const before = structuredClone(world.state());
    expect(await decide(input)).toEqual(first);
    expect(world.state()).toEqual(before);
  });

  test('one that calls a webhook sends one call, and gives the next rule its turn', async () => {
    const configJson = JSON.stringify({ endpoint: 'https://chat.internal.corp/hook' });
    const { world, decide } = await routed([rule('a', 0), rule('b', 1, { ruleType: 'webhook', configJson })]);
    const input = step('b', ['c'], { previous: red });
    const said = { action: 'next', reason: 'webhook_called', job: null };
    expect(await decide(input)).toMatchObject(said);
    expect(await decide(input)).toMatchObject(said);
    expect([...world.calls.values()]).toMatchObject([{ ruleId: 'b', alertId }]);
    expect(world.ledger()).toEqual(['a started 1', 'b webhook_called 1']);
  });

  test('one whose call cannot be sent fails, and keeps its turn', async () => {
    const configJson = JSON.stringify({ endpoint: 'https://chat.internal.corp/hook' });
    const { world } = await routed([rule('a', 0), rule('b', 1, { ruleType: 'webhook', configJson })]);
    const deps = { ...stepDeps(world), webhookCalls: { send: () => Promise.reject(new Error('throttled')) } };
    await expect(decideStep(deps, step('b', [], { previous: red }))).rejects.toThrow('throttled');
    expect(world.ledger()).toEqual(['a started 1', 'b scheduled 1']);
  });

  test('an answer that was lost stands, whatever has changed since', async () => {
    const { world, decide } = await routed([rule('a', 0), rule('b', 1, { configJson: '{}' }), rule('c', 2)]);
    const first = await decide(step('b', ['c'], { previous: red }));
    expect(first).toMatchObject({ action: 'next', reason: 'invalid_rule' });
    expect(await decide(step('b', ['c'], { previous: red }))).toMatchObject({ action: 'next', reason: 'invalid_rule' });
    expect(world.ledger()).toContain('c scheduled 1');
  });

  test('a session that has ended is not started again: its outcome decides', async () => {
    const { world, decide } = await routed(rules);
    const id = jobIdOf(alertId, 'a');
    const settle = (outcome: 'blocked' | 'diff_ready') => {
      const job = world.jobs.get(id);
      if (job) world.jobs.set(id, { ...job, collected: sampleCollected({ outcome }), finishedAt: job.createdAt });
    };
    settle('blocked');
    expect(await decide(step('a', ['b']))).toMatchObject({ action: 'next', job: null });
    settle('diff_ready');
    expect(await decide(step('a', ['b']))).toMatchObject({ action: 'stop', job: null });
    expect(world.ledger()).toEqual(['a started 1', 'b not_needed 1']);
  });

  test('a later round is a job of its own and no decision', async () => {
    const { world, decide } = await routed(rules, 'all');
    const decision = await decide(step('a', ['b'], { round: 2, repeatPolicy: 'all', previous: red }));
    expect(decision).toMatchObject({ action: 'start', job: { id: jobIdOfRound(alertId, 'a', 2) } });
    expect(world.ledger()).toEqual(['a started 1', 'b scheduled 1']);
  });

  test('a rule that was switched off meanwhile gives the next its turn', async () => {
    const { world } = await routed(rules);
    const after = world.under(rule('a', 0), rule('b', 1, { enabled: false }));
    expect(await decideStep(stepDeps(after), step('b'))).toMatchObject({ action: 'next', reason: 'rule_disabled' });
  });

  test('one that was deleted too', async () => {
    const { world } = await routed(rules);
    const decision = await decideStep(stepDeps(world.under(rule('a', 0))), step('b'));
    expect(decision).toMatchObject({ action: 'next', reason: 'rule_disabled' });
  });

  test('an alert that was resolved settles the job of its first step', async () => {
    const { world, decide } = await routed(rules);
    for (const [id, alert] of world.alerts) world.alerts.set(id, { ...alert, resolvedAt: '2027-03-01T12:01:00.000Z' });
    expect(await decide(step('a', ['b']))).toMatchObject({ action: 'stop', reason: 'resolved' });
    expect(world.jobs.get(jobIdOf(alertId, 'a'))?.collected?.outcome).toBe('cancelled');
    expect(world.ledger()).toEqual(['a started 1', 'b resolved 1']);
  });

  test('of an unknown alert fails', async () => {
    const { decide } = await routed(rules);
    await expect(decide(step('a', [], { alertId: 'alr_other' }))).rejects.toThrow('alr_other');
  });
});
