import { describe, expect, test } from 'vitest';
import type { Relay } from '../../../../functions/domain/rule/relay.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import type { RoutingWorld } from '../../../support/fakes/world.ts';
import { play } from '../../../support/relay-run.ts';

const rule = (id: string, order: number, changes: object = {}) =>
  sampleRule({ id, name: id, order, group: 'g', ...changes });
const rules = [rule('a', 0), rule('b', 1)];
const allRed = { a: ['blocked' as const], b: ['session_failed' as const] };

const mark = (changes: object) => (world: RoutingWorld) => {
  for (const [id, alert] of world.alerts) world.alerts.set(id, { ...alert, ...changes });
};
const acknowledge = mark({ acknowledgedAt: '2027-03-01T12:05:00.000Z', acknowledgedBy: 'admin' });
const resolve = mark({ resolvedAt: '2027-03-01T12:05:00.000Z' });

describe('a group without success', () => {
  test.each<[policy: Relay['repeatPolicy'], sessions: number]>([
    ['none', 2],
    ['once', 4],
    ['all', 20],
  ])('repeat %s: %i sessions', async (repeatPolicy, sessions) => {
    const played = await play({ rules, repeatPolicy, outcomes: allRed });
    expect(played.sessions).toHaveLength(sessions);
    expect(new Set(played.sessions.map(({ jobId }) => jobId)).size).toBe(sessions);
    // A later round is no decision of its own.
    expect(played.world.ledger()).toEqual(['a started 1', 'b started 1']);
    expect(played.ending?.status).toBe('SUCCEEDED');
  });

  test('begins the next round five minutes after the last', async () => {
    const delayed = [rule('a', 0), rule('b', 1, { delayMinutes: 30 })];
    const played = await play({ rules: delayed, repeatPolicy: 'once', outcomes: allRed });
    // The delay of a later round counts from its beginning.
    expect(played.sessions.map(({ ruleId, from }) => `${ruleId} ${from}`)).toEqual(['a 0', 'b 30', 'a 45', 'b 75']);
  });

  test('ends with the round that succeeds', async () => {
    const outcomes = { a: ['blocked' as const, 'no_changes' as const], b: ['blocked' as const] };
    const played = await play({ rules, repeatPolicy: 'all', outcomes });
    expect(played.sessions.map(({ ruleId, from }) => `${ruleId} ${from}`)).toEqual(['a 0', 'b 10', 'a 25']);
    // What comes after it was decided in the first round.
    expect(played.decided.map(({ step, round }) => `${step.ruleId} ${round}`)).toEqual(['a 1', 'b 1', 'a 2']);
    expect(played.output).toMatchObject({ groups: [{ rounds: 2, failed: false }] });
  });

  test('is repeated for itself, beside one that succeeded', async () => {
    const two = [rule('a', 0), rule('c', 0, { group: 'h' })];
    const played = await play({ rules: two, repeatPolicy: 'once', outcomes: { a: ['blocked'] } });
    expect(played.sessions.map(({ ruleId }) => ruleId).sort()).toEqual(['a', 'a', 'c']);
  });
});

describe('somebody takes the alert in hand', () => {
  test('under a repeat policy an acknowledgement ends the group', async () => {
    const played = await play({ rules, repeatPolicy: 'once', outcomes: allRed, meanwhile: [[5, acknowledge]] });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a']);
    expect(played.world.ledger()).toEqual(['a started 1', 'b acknowledged 1']);
  });

  test('between two rounds as well', async () => {
    const played = await play({ rules, repeatPolicy: 'all', outcomes: allRed, meanwhile: [[23, acknowledge]] });
    expect(played.sessions).toHaveLength(2);
    expect(played.output).toMatchObject({
      groups: [{ rounds: 2, steps: [{}, {}, { rule: 'a', did: 'acknowledged' }] }],
    });
  });

  test('without one it does not', async () => {
    const played = await play({ rules, outcomes: allRed, meanwhile: [[5, acknowledge]] });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a', 'b']);
  });

  test('a resolution ends the rounds', async () => {
    const played = await play({ rules, repeatPolicy: 'all', outcomes: allRed, meanwhile: [[23, resolve]] });
    expect(played.sessions).toHaveLength(2);
  });

  test('a pause of all starts ends the group', async () => {
    const pause = (world: RoutingWorld) => {
      world.pauseSwitch = { paused: true, by: 'admin', at: '2027-03-01T12:05:00.000Z' };
    };
    const played = await play({ rules: [...rules, rule('c', 2)], outcomes: allRed, meanwhile: [[5, pause]] });
    expect(played.sessions.map(({ ruleId }) => ruleId)).toEqual(['a']);
    expect(played.world.ledger()).toEqual(['a started 1', 'b paused 1', 'c not_needed 1']);
  });
});
