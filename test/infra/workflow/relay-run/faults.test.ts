import { describe, expect, test } from 'vitest';
import { relayFailedError } from '../../../../functions/contract/error-names.ts';
import { limits } from '../../../../functions/contract/limits.ts';
import { decideStep } from '../../../../functions/relay-run/decide-step/decide-step.ts';
import { runStopped } from '../../../../functions/relay-run/run-stopped/run-stopped.ts';
import { StatesError } from '../../../../infra/local/states/errors.ts';
import { Stopped } from '../../../../infra/local/states/execution.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { isLong } from '../../../support/property-runs.ts';
import { type Play, type Played, play } from '../../../support/relay-run.ts';
import { lambdaError } from '../../../support/workflow-functions.ts';

const rule = (id: string, order: number, group = 'g') => sampleRule({ id, name: id, order, group });
const rules = [rule('a', 0), rule('b', 1), rule('c', 2)];
const failsFor = (ruleId: string, times: number): NonNullable<Play['decide']> => {
  let failed = 0;
  return async (input, decide) => {
    if (input.step.ruleId === ruleId && failed++ < times) throw lambdaError(relayFailedError, 'throttled');
    return decide();
  };
};
const settleRest = (played: Played, status: 'ABORTED' | 'FAILED') => {
  const { world, run } = played;
  const detail = { executionArn: 'arn', name: run.runId, status, input: JSON.stringify(run) };
  return runStopped(world.deps(), { detail });
};

describe('a step that cannot be decided', () => {
  test('is tried again for minutes', async () => {
    const played = await play({ rules, outcomes: { a: ['blocked'] }, decide: failsFor('b', 5) });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a', 'b']);
    expect(played.ending?.status).toBe('SUCCEEDED');
  });

  test('fails the run whichever group it is in', async () => {
    const played = await play({ rules: [rule('a', 0), rule('x', 0, 'h')], decide: failsFor('x', 100) });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a']);
    expect(played.ending).toMatchObject({ status: 'FAILED', error: 'RelayRunFailed' });
    expect(played.ending?.cause).toContain('Group "h"');
    expect(played.ending?.cause).not.toContain('Group "g"');
  });

  test('ends its group, not the sessions of others, and in the end the run', async () => {
    const two = [...rules, rule('x', 0, 'h'), rule('y', 1, 'h')];
    const outcomes = { a: ['blocked' as const], x: ['blocked' as const] };
    const played = await play({ rules: two, outcomes, sessionMinutes: 60, decide: failsFor('b', 100) });
    expect(played.sessions.map(({ ruleId }) => ruleId).sort()).toEqual(['a', 'x', 'y']);
    expect(played.ending).toMatchObject({ status: 'FAILED', error: 'RelayRunFailed' });
    expect(played.ending?.cause).toContain('Group "g": the step of rule "b" failed in Decide step (RelayFailed).');
    expect(played.world.ledger()).toContain('b scheduled 1');
    await settleRest(played, 'FAILED');
    const settled = ['a started 1', 'b not_needed 1', 'c not_needed 1', 'x started 1', 'y started 1'];
    expect(played.world.ledger()).toEqual(settled);
    expect(played.world.stores.ledgerDay('rly_1', '2027-03-01')).toMatchObject({ accepted: 5, undecided: 0 });
  });
});

describe('a run that is stopped', () => {
  test('stops its session, and what waits for its turn is settled', async () => {
    const meanwhile: Play['meanwhile'] = [[5, (_, stop) => stop.abort(new Stopped('Operator', 'enough'))]];
    const played = await play({ rules, meanwhile });
    expect(played.ending).toMatchObject({ status: 'ABORTED', error: 'Operator' });
    expect(played.sessions).toMatchObject([{ ruleId: 'a', to: undefined }]);
    await settleRest(played, 'ABORTED');
    expect(played.world.ledger()).toEqual(['a started 1', 'b not_needed 1', 'c not_needed 1']);
    // Its execution was stopped with the run: session-stopped settles it.
    expect([...played.world.jobs.values()].map(({ finishedAt }) => finishedAt)).toEqual([undefined]);
  });

  test('and redriven starts nothing: each of its steps is decided already', async () => {
    const meanwhile: Play['meanwhile'] = [[5, (_, stop) => stop.abort(new Stopped('Operator', 'enough'))]];
    const played = await play({ rules, meanwhile });
    const { world } = played;
    await settleRest(played, 'ABORTED');
    world.endSessions('cancelled');
    const before = world.ledger();
    const [first] = played.decided;
    if (!first) throw new Error('No step was asked for');
    const redriven = rules.map(({ id }) => decideStep(world.deps(), { ...first, step: { ruleId: id, ruleName: id } }));
    expect((await Promise.all(redriven)).map(({ action, reason }) => [action, reason])).toEqual([
      ['next', 'started'],
      ['stop', 'not_needed'],
      ['stop', 'not_needed'],
    ]);
    expect(world.ledger()).toEqual(before);
  });

  test('before its first session: the job is settled', async () => {
    const meanwhile: Play['meanwhile'] = [[0, (_, stop) => stop.abort(new Stopped())]];
    const played = await play({ rules, meanwhile, decide: () => new Promise(() => undefined) });
    expect(played.sessions).toEqual([]);
    await settleRest(played, 'ABORTED');
    expect([...played.world.jobs.values()]).toMatchObject([{ ruleId: 'a', collected: { outcome: 'cancelled' } }]);
    // Once more changes nothing.
    const before = structuredClone(played.world.state());
    await settleRest(played, 'ABORTED');
    expect(played.world.state()).toEqual(before);
  });
});

describe('a session that cannot be started', () => {
  const refuse = (error: string, times: number) => {
    let refused = 0;
    return () => {
      if (refused++ < times) throw new StatesError(error, 'Rate exceeded');
    };
  };

  test('for now is tried again', async () => {
    const played = await play({ rules, onStart: refuse('StepFunctions.ThrottlingException', 5) });
    expect(played.sessions).toHaveLength(1);
    expect(played.ending?.status).toBe('SUCCEEDED');
  });

  test('at all fails the run, whose job is settled', async () => {
    const played = await play({ rules, onStart: refuse('StepFunctions.ThrottlingException', 100) });
    expect(played.ending?.cause).toContain('rule "a" failed in Run session (StepFunctions.ThrottlingException)');
    await settleRest(played, 'FAILED');
    expect([...played.world.jobs.values()]).toMatchObject([{ ruleId: 'a', collected: { outcome: 'relay_failed' } }]);
  });

  test('since somebody else has started it: what comes next is asked as ever, in the next round too', async () => {
    const outcomes = { a: ['blocked' as const], b: ['blocked' as const] };
    const decide: Play['decide'] = async ({ alreadyThere }, decideIt) =>
      alreadyThere ? { action: 'next', reason: 'started', sentence: 'It runs already.', job: null } : decideIt();
    const onStart = refuse('StepFunctions.ExecutionAlreadyExistsException', 2);
    const played = await play({ rules: rules.slice(0, 2), repeatPolicy: 'once', outcomes, decide, onStart });
    const asked = played.decided.map(({ step, round, alreadyThere }) => `${step.ruleId} ${round} ${alreadyThere}`);
    expect(asked).toEqual(['a 1 false', 'a 1 true', 'b 1 false', 'b 1 true', 'a 2 false', 'b 2 false']);
  });

  test('since somebody else has started it: the group leaves it to him', async () => {
    const played = await play({ rules, onStart: refuse('StepFunctions.ExecutionAlreadyExistsException', 1) });
    expect(played.decided.map(({ alreadyThere }) => alreadyThere)).toEqual([false, true]);
    expect(played.world.ledger()).toEqual(['a started 1', 'b not_needed 1', 'c not_needed 1']);
    expect(played.ending?.status).toBe('SUCCEEDED');
  });
});

describe('a session whose execution did not end by itself', () => {
  const unknown = 'Its execution ended without a cause.';
  test.each([
    [{ Status: 'TIMED_OUT' }, 'cancelled', unknown],
    [{ Status: 'ABORTED', Cause: 'enough' }, 'cancelled', 'enough'],
    [{ Status: 'FAILED', Error: 'States.Runtime', Cause: 'a bug' }, 'relay_failed', 'a bug'],
    [{ Status: 'FAILED', Error: 'blocked' }, 'blocked', unknown],
  ])('%j is %s to the next rule', async (description, outcome, cause) => {
    let started = 0;
    const onStart = () => {
      if (started++ === 0) throw new StatesError('States.TaskFailed', JSON.stringify(description));
    };
    const played = await play({ rules, onStart });
    expect(played.decided[1]).toMatchObject({ step: { ruleId: 'b' }, previous: { ruleId: 'a', outcome, cause } });
  });
});

describe('the largest run', () => {
  test.each<[groups: number, steps: number, repeatPolicy: 'all' | 'once']>([
    [1, 30, 'all'],
    [30, 1, 'all'],
    [3, 50, 'once'],
  ])(
    '%i groups of %i rules, repeat %s, stays below 25,000 events',
    async (groups, steps, repeatPolicy) => {
      const many = Array.from({ length: groups * steps }, (_, at) => rule(`r${at}`, at, `g${at % groups}`));
      const outcomes = Object.fromEntries(many.map(({ id }) => [id, ['blocked' as const]]));
      const calls = new Map<string, number>();
      // Every retry of every turn is spent; outside the long run only where that makes the most events, and else once.
      const spends = (round: number) => isLong || groups === 30 || round === 1;
      const decide: Play['decide'] = async (input, decideIt) => {
        if (!spends(input.round)) return decideIt();
        const turn = `${input.step.ruleId} ${input.round}`;
        const before = calls.get(turn) ?? 0;
        calls.set(turn, before + 1);
        if (before < 5) throw lambdaError(relayFailedError, 'throttled');
        if (before < 10) throw new StatesError('Lambda.TooManyRequestsException', 'Rate exceeded');
        if (before < 11) throw new StatesError('Sandbox.Timedout', 'timed out');
        return decideIt();
      };
      const played = await play({ rules: many, repeatPolicy, outcomes, decide });
      expect(played.ending?.status).toBe('SUCCEEDED');
      expect(played.sessions).toHaveLength(limits.relayRunTurns);
      expect(played.events.length).toBeLessThan(24_000);
    },
    120_000,
  );
});
