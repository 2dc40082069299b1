import { describe, expect, test } from 'vitest';
import { type Outcome, outcomes } from '../../../../functions/contract/outcomes.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { type Play, play } from '../../../support/relay-run.ts';

const rule = (id: string, order: number, changes: object = {}, config: object = {}) =>
  sampleRule({ id, name: id, order, group: 'g', ...changes }, config);
const pair = [rule('a', 0), rule('b', 1)];
/** Who was at work, and from when to when in minutes after the alert. */
const timesOf = async (options: Play) =>
  (await play(options)).sessions.map(({ ruleId, from, to }) => `${ruleId} ${from}-${to}`).sort();

describe('rules of a group run in their order', () => {
  test('a success of the first leaves the second out', async () => {
    const played = await play({ rules: pair });
    expect(played.sessions).toMatchObject([{ ruleId: 'a', from: 0, to: 10 }]);
    expect(played.world.ledger()).toEqual(['a started 1', 'b not_needed 1']);
    expect(played.ending?.status).toBe('SUCCEEDED');
    const [{ jobId } = { jobId: '' }] = played.sessions;
    expect(played.output).toEqual({
      runId: played.run.runId,
      alertId: played.run.alert.id,
      groups: [
        {
          group: 'g',
          rounds: 1,
          failed: false,
          steps: [
            { rule: 'a', round: 1, did: 'started', outcome: 'diff_ready', jobId },
            { rule: 'b', round: 1, did: 'not_needed' },
          ],
        },
      ],
    });
  });

  const red = outcomes.filter((outcome) => outcome !== 'diff_ready' && outcome !== 'no_changes');
  test.each<[Outcome]>(red.map((outcome) => [outcome]))('%s gives the second its turn', async (outcome) => {
    const played = await play({ rules: pair, outcomes: { a: [outcome] } });
    expect(played.sessions.map(({ ruleId, from }) => [ruleId, from])).toEqual([
      ['a', 0],
      ['b', 10],
    ]);
    expect(played.decided.at(-1)?.previous).toMatchObject({ ruleId: 'a', ruleName: 'a', outcome });
    expect(played.world.ledger()).toEqual(['a started 1', 'b started 1']);
  });

  test('the run, its steps and all its sessions are in the trace of the delivery; one without a trace has none', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const options: Play = { rules: pair, outcomes: { a: ['blocked'] } };
    const traced = await play({ ...options, traceparent });
    expect(traced.run.startedBy.traceparent).toBe(traceparent);
    expect(traced.decided.map((step) => step.traceparent)).toEqual([traceparent, traceparent]);
    const jobs = traced.sessions.map(({ jobId }) => traced.world.jobs.get(jobId)?.input.startedBy.traceparent);
    expect(jobs).toEqual([traceparent, traceparent]);
    expect((await play(options)).decided.map((step) => step.traceparent)).toEqual([null, null]);
  });

  test('each step is told which rules of its group would come afterwards', async () => {
    const played = await play({ rules: [...pair, rule('c', 2)], outcomes: { a: ['blocked'], b: ['blocked'] } });
    expect(played.decided.map(({ step, rest }) => [step.ruleId, rest])).toEqual([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', []],
    ]);
  });

  test('no_changes is a success too', async () => {
    expect(await timesOf({ rules: pair, outcomes: { a: ['no_changes'] } })).toEqual(['a 0-10']);
  });

  test('a rule that cannot act leaves the alert to the next', async () => {
    const rules = [rule('a', 0), rule('b', 1, {}, { integrationId: 'int_gone' }), rule('c', 2)];
    const played = await play({ rules, outcomes: { a: ['blocked'] } });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a', 'c']);
    expect(played.world.ledger()).toEqual(['a started 1', 'b invalid_rule 1', 'c started 1']);
    expect(played.output).toMatchObject({
      groups: [{ steps: [{ rule: 'a' }, { rule: 'b', did: 'invalid_rule' }, { rule: 'c', outcome: 'diff_ready' }] }],
    });
  });

  test('all red: the run is green all the same, and says so of each', async () => {
    const played = await play({ rules: pair, outcomes: { a: ['blocked'], b: ['session_lost'] } });
    expect(played.ending?.status).toBe('SUCCEEDED');
    expect(played.output).toMatchObject({ groups: [{ steps: [{ outcome: 'blocked' }, { outcome: 'session_lost' }] }] });
  });
});

test('groups run side by side', async () => {
  const rules = [rule('a', 0), rule('b', 1), rule('c', 0, { group: 'h' })];
  expect(await timesOf({ rules, outcomes: { a: ['blocked'] } })).toEqual(['a 0-10', 'b 10-20', 'c 0-10']);
});

describe('delayMinutes counts from the alert', () => {
  test.each<[delay: number, times: string[]]>([
    [30, ['a 0-10', 'b 30-40']],
    // Over when its turn comes: it waits not at all.
    [5, ['a 0-10', 'b 10-20']],
  ])('of the second, %i min', async (delayMinutes, times) => {
    const rules = [rule('a', 0), rule('b', 1, { delayMinutes })];
    expect(await timesOf({ rules, outcomes: { a: ['blocked'] } })).toEqual(times);
  });

  test('also where the run begins later than that', async () => {
    const played = await play({ rules: [rule('a', 0, { delayMinutes: 15 })], lateMinutes: 10 });
    expect(played.sessions).toMatchObject([{ ruleId: 'a', from: 15 }]);
  });

  test('of the only rule', async () => {
    const played = await play({ rules: [rule('a', 0, { delayMinutes: 15 })] });
    expect(played.sessions).toMatchObject([{ ruleId: 'a', from: 15 }]);
    expect(played.world.ledger()).toEqual(['a started 1']);
  });
});

describe('an alert that is over before a turn', () => {
  const resolve = (world: Parameters<NonNullable<Play['meanwhile']>[0][1]>[0]) => {
    for (const [id, alert] of world.alerts) world.alerts.set(id, { ...alert, resolvedAt: '2027-03-01T12:05:00.000Z' });
  };

  test('resolved before a delayed rule: nothing starts', async () => {
    const rules = [rule('a', 0, { delayMinutes: 15 }), rule('b', 1)];
    const played = await play({ rules, meanwhile: [[5, resolve]] });
    expect(played.sessions).toEqual([]);
    expect(played.world.ledger()).toEqual(['a resolved 1', 'b resolved 1']);
    expect(played.output).toMatchObject({ groups: [{ steps: [{ rule: 'a', did: 'resolved' }] }] });
  });

  test('resolved while the first is at work: it goes on, the second does not begin', async () => {
    const played = await play({ rules: pair, outcomes: { a: ['blocked'] }, meanwhile: [[5, resolve]] });
    expect(played.sessions.map(({ ruleId, to }) => [ruleId, to])).toEqual([['a', 10]]);
    expect(played.world.ledger()).toEqual(['a started 1', 'b resolved 1']);
  });
});
