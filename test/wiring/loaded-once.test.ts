import { expect, test } from 'vitest';
import { loadedOnce } from '../../functions/wiring/loaded-once.ts';

test('what is loaded once is loaded by the first call, for all that come before it is there too', async () => {
  let loads = 0;
  const port = loadedOnce(async () => ({ number: ++loads }));
  expect(loads).toBe(0);
  const [first, second] = await Promise.all([port(), port()]);
  expect([second, await port(), loads]).toEqual([first, first, 1]);
});

test('a load that failed is begun again by the next call, so that no container stays without', async () => {
  let loads = 0;
  const port = loadedOnce(() =>
    ++loads === 1 ? Promise.reject(new Error('too many open files')) : Promise.resolve(loads),
  );
  await expect(port()).rejects.toThrow('too many open files');
  expect([await port(), await port()]).toEqual([2, 2]);
});
