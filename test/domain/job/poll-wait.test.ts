import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import { waitAfter, waitsBetween } from '../../../functions/domain/job/poll-wait.ts';

describe('the wait between polls', () => {
  test.each([
    [{ waitSeconds: 30 }, [30, 30, 30, 30]],
    [{ waitSeconds: 15, maxWaitSeconds: 60 }, [15, 23, 34, 51, 60, 60]],
    [{ waitSeconds: 1, maxWaitSeconds: 3 }, [1, 2, 3, 3]],
    [{ waitSeconds: 20, maxWaitSeconds: 20 }, [20, 20]],
  ])('%j grows as %j', (poll, waits) => {
    expect(waits.map((_, polls) => waitAfter(polls, poll))).toEqual(waits);
    const sum = waits.reduce((total, wait) => total + wait, 0);
    expect(waitsBetween(0, waits.length, poll)).toBe(sum);
    expect(waitsBetween(1, waits.length, poll)).toBe(sum - (waits[0] ?? 0));
  });

  test('none is left after the last poll, or beyond it', () => {
    expect(waitsBetween(7, 7, { waitSeconds: 30 })).toBe(0);
    expect(waitsBetween(8, 7, { waitSeconds: 30 })).toBe(0);
  });

  test('reaches the most that a rule can ask for, from the least', () => {
    const { min, max } = limits.pollIntervalMs;
    expect(waitAfter(15, { waitSeconds: min / 1_000, maxWaitSeconds: max / 1_000 })).toBe(max / 1_000);
    expect(waitAfter(limits.maxPollAttempts.max, { waitSeconds: 1, maxWaitSeconds: 300 })).toBe(300);
  });
});
