import { expect, test } from 'vitest';
import { listedOnce } from '../../../functions/upkeep/sweep/listed-once.ts';

test('a list is read once for all who look at it, and again for the next one where that failed', async () => {
  let reads = 0;
  const { list } = listedOnce({
    list: async () => {
      reads++;
      if (reads === 1) throw new Error('Throttled');
      return [reads];
    },
  });
  await expect(list()).rejects.toThrow('Throttled');
  expect([await list(), await list()]).toEqual([[2], [2]]);
});
