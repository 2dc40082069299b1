import { describe, expect, test } from 'vitest';
import { type CooldownCase, cooldownOf } from '../../../functions/domain/decision/cooldown.ts';
import { sampleCollected } from '../../support/fakes/samples.ts';

const finishedAt = '2027-03-01T12:00:00.000Z';
const after = (seconds: number) => new Date(Date.parse(finishedAt) + seconds * 1_000);
const week = 7 * 86_400;

type Outcome = Parameters<typeof sampleCollected>[0] extends infer Changes | undefined
  ? NonNullable<Changes> extends { outcome?: infer Value }
    ? NonNullable<Value>
    : never
  : never;

const coolingDown = (outcome: Outcome, seconds: number, changes: Partial<CooldownCase> = {}): boolean =>
  cooldownOf({
    alertId: 'alr_2',
    last: { id: 'job_1', alertId: 'alr_1', collected: sampleCollected({ outcome }), finishedAt },
    lastAlert: { id: 'alr_1' },
    cooldownSeconds: 600,
    now: after(seconds),
    ...changes,
  }) !== undefined;

const cleared = { lastAlert: { id: 'alr_1', resolvedAt: finishedAt } };

describe('an incident is left alone', () => {
  test.each<[outcome: Outcome, seconds: number, changes: Partial<CooldownCase>, quiet: boolean]>([
    ['no_changes', 1, {}, true],
    ['no_changes', week - 1, {}, true],
    ['no_changes', week, {}, false],
    ['no_changes', 1, cleared, false],
    ['blocked', 1, {}, true],
    ['blocked', 1, cleared, false],
    ['diff_ready', 599, {}, true],
    ['diff_ready', 599, cleared, true],
    ['diff_ready', 600, {}, false],
    ['diff_ready', 0, { cooldownSeconds: 0 }, false],
    ['session_failed', 1, {}, false],
    ['attempts_exhausted', 1, {}, false],
    ['cancelled', 1, {}, false],
    ['budget_exceeded', 1, {}, false],
    // Its own job is no other one.
    ['diff_ready', 1, { alertId: 'alr_1' }, false],
  ])('%s, %i s ago, %o: %s', (outcome, seconds, changes, quiet) => {
    expect(coolingDown(outcome, seconds, changes)).toBe(quiet);
  });

  test('not while there was no session, or one is at work', () => {
    expect(coolingDown('diff_ready', 1, { last: undefined })).toBe(false);
    const last = { id: 'job_1', alertId: 'alr_1', collected: undefined, finishedAt: undefined };
    expect(coolingDown('diff_ready', 1, { last })).toBe(false);
  });

  test('and the sentence says for how long', () => {
    const last = { id: 'job_1', alertId: 'alr_1', collected: sampleCollected({ outcome: 'diff_ready' }), finishedAt };
    const input = { alertId: 'alr_2', last, lastAlert: undefined, cooldownSeconds: 600, now: after(1) };
    expect(cooldownOf(input)).toBe(
      'The last session for this incident (job job_1) ended with diff_ready at 2027-03-01T12:00:00.000Z: ' +
        'it cools down for 600 s, until 2027-03-01T12:10:00.000Z.',
    );
  });
});
