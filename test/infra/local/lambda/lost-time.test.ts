import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LostTime } from '../../../../infra/local/lambda/lost-time.ts';
import { starvedMs } from '../../../../infra/local/lambda/starvation.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function watch(lost: LostTime, ms: number, signal = new AbortController().signal) {
  const seen = { over: false };
  void lost.afterUsable(ms, signal).then(() => {
    seen.over = true;
  });
  return seen;
}

test('a time-out counts only the time in which the call could run', async () => {
  const lost = new LostTime(() => Date.now());
  const seen = await watch(lost, 10_000);
  await vi.advanceTimersByTimeAsync(4_000);
  lost.waits();
  await vi.advanceTimersByTimeAsync(60_000);
  lost.runs();
  lost.add(1_000);
  await vi.advanceTimersByTimeAsync(6_999);
  expect(seen.over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen.over).toBe(true);
});

test('what was lost before a time-out began does not make it longer', async () => {
  const lost = new LostTime(() => Date.now());
  lost.add(30_000);
  const seen = await watch(lost, 1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen.over).toBe(true);
});

test('a time-out that nobody waits for any more leaves no timer', async () => {
  const over = new AbortController();
  await watch(new LostTime(() => Date.now()), 1_000, over.signal);
  over.abort();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['waits for an answer', { elapsed: 250, idle: 249, cpu: 1 }, 0],
  ['computes without a pause', { elapsed: 250, idle: 0, cpu: 250 }, 0],
  ['shares its core with four others', { elapsed: 250, idle: 0, cpu: 50 }, 200],
  ['has a clock that is finer than the others', { elapsed: 250, idle: 200, cpu: 51 }, 0],
])('a thread that %s', (_, use, expected) => {
  expect(starvedMs(use)).toBe(expected);
});
