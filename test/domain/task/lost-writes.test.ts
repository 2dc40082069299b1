import { describe, expect, test } from 'vitest';
import { lost, retryLost } from '../../../functions/domain/task/lost-writes.ts';

describe('an attempt whose write was lost', () => {
  test('is made anew until it is written, and its result is that of the last', async () => {
    const tries: number[] = [];
    const result = await retryLost(5, async (tried) => {
      tries.push(tried);
      return tried < 2 ? lost : undefined;
    });
    expect(result).toBeUndefined();
    expect(tries).toEqual([0, 1, 2]);
  });

  test('is made as often as it may, and no more', async () => {
    const tries: number[] = [];
    const result = await retryLost(3, async (tried) => {
      tries.push(tried);
      return lost;
    });
    expect(result).toBe(lost);
    expect(tries).toEqual([0, 1, 2]);
  });

  test('is not made anew when it throws', async () => {
    let tries = 0;
    await expect(
      retryLost(3, async () => {
        tries++;
        throw new Error('throttled');
      }),
    ).rejects.toThrow('throttled');
    expect(tries).toBe(1);
  });
});
