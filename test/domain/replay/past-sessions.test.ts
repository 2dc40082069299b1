import { describe, expect, test } from 'vitest';
import { expectationOf, pastSessionOf } from '../../../functions/domain/job/past-sessions.ts';
import { past } from '../../api/manage/replay/replayed.ts';
import { sampleJob } from '../../support/fakes/samples.ts';

const collected = {
  ...{ outcome: 'blocked' as const, cause: '', polls: 3, session: null, result: null, tokens: null, costUsd: 0.25 },
};

describe('a job', () => {
  const times = { startedAt: '2027-03-01T12:00:00.000Z', finishedAt: '2027-03-01T12:03:00.000Z' };
  test('that has ended is a past session', () => {
    expect(pastSessionOf(sampleJob({ ...times, collected }))).toEqual({
      ...{ alertId: 'alr_1', fingerprint: 'v1:checkout', outcome: 'blocked', costUsd: 0.25, tookMs: 180_000 },
    });
  });
  test('that runs, or never ran, is none', () => {
    expect(pastSessionOf(sampleJob({ startedAt: times.startedAt }))).toBeUndefined();
    const { startedAt: _, ...unstarted } = sampleJob({ finishedAt: times.finishedAt, collected });
    expect(pastSessionOf(unstarted)).toBeUndefined();
  });
  test('is never shorter than nothing, whatever the clocks say', () => {
    const turnedAround = { startedAt: times.finishedAt, finishedAt: times.startedAt };
    expect(pastSessionOf(sampleJob({ ...turnedAround, collected }))?.tookMs).toBe(0);
  });
});

describe('what the past lets expect', () => {
  const alert = { id: 'alr_1', fingerprint: 'v1:a' };
  test('is assumed where there is none', () => {
    const nothing = expectationOf([]);
    expect([nothing.outcomeFor(alert), nothing.tookMs, nothing.costUsd]).toEqual(['diff_ready', 900_000, null]);
  });
  test('is the outcome of the same alert, else of its incident, else the commonest', () => {
    const common = [past({ outcome: 'no_changes' }), past({ outcome: 'no_changes' }), past()];
    const incident = past({ fingerprint: 'v1:a', outcome: 'blocked' });
    const same = past({ alertId: 'alr_1', outcome: 'session_failed' });
    expect(expectationOf(common).outcomeFor(alert)).toBe('no_changes');
    expect(expectationOf([...common, incident]).outcomeFor(alert)).toBe('blocked');
    expect(expectationOf([...common, incident, same]).outcomeFor(alert)).toBe('session_failed');
  });
  test('is that of the newest one', () => {
    const [newer, older] = [past({ alertId: 'alr_1', outcome: 'blocked' }), past({ alertId: 'alr_1' })];
    expect(expectationOf([newer, older]).outcomeFor(alert)).toBe('blocked');
  });
  test('has quarters of the costs that are known, and the middle of the times', () => {
    const sessions = [9, 1, null, 5, 3].map((costUsd, index) => past({ costUsd, tookMs: index * 1_000 }));
    expect(expectationOf(sessions)).toMatchObject({ costUsd: { low: 1, median: 3, high: 5 }, tookMs: 2_000 });
  });
});
