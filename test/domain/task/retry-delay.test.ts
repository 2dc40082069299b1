import { expect, test } from 'vitest';
import { retryDelaySeconds } from '../../../functions/domain/task/retry-delay.ts';

test.each([
  [0, 10],
  [1, 10],
  [2, 30],
  [3, 90],
  [4, 270],
  [5, 540],
  [8, 540],
])('after %i receives a message comes again in %i s', (receives, seconds) => {
  expect(retryDelaySeconds(receives)).toBe(seconds);
});
