import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../../../infra/local/real-clock.ts';
import { VirtualClock } from '../../../infra/local/virtual-clock.ts';

const forever = new AbortController().signal;
const day = 86_400_000;

describe('virtual clock', () => {
  it('jumps to each timer in the order they are due', async () => {
    const clock = new VirtualClock(1_000);
    const seen: [string, number][] = [];
    const sleep = (name: string, ms: number) => clock.sleep(ms, forever).then(() => seen.push([name, clock.now()]));
    await Promise.all([sleep('late', 40 * day), sleep('soon', 5), sleep('past', -1)]);
    expect(seen).toEqual([
      ['past', 1_000],
      ['soon', 1_005],
      ['late', 1_000 + 40 * day],
    ]);
  });

  it('stands still while work is being done', async () => {
    const clock = new VirtualClock(0);
    let slept = false;
    const sleeping = clock.sleep(10, forever).then(() => {
      slept = true;
    });
    await clock.during(async () => {
      await new Promise((done) => setTimeout(done, 20));
      expect(slept).toBe(false);
      expect(clock.now()).toBe(0);
    });
    await sleeping;
    expect(clock.now()).toBe(10);
  });

  it('goes on after work that failed', async () => {
    const clock = new VirtualClock(0);
    await expect(clock.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.sleep(10, forever);
    expect(clock.now()).toBe(10);
  });

  it('forgets a timer that is aborted', async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    const sleeping = clock.sleep(day, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await clock.sleep(1, forever);
    expect(clock.now()).toBe(1);
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
  });
});

describe('real clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sleeps longer than the longest timer of Node', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    let awake = false;
    const sleeping = realClock.sleep(40 * day, forever).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(40 * day - 1);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
  });

  it('rejects with the reason when aborted, before and during the sleep', async () => {
    const controller = new AbortController();
    const sleeping = realClock.sleep(day, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(realClock.sleep(day, controller.signal)).rejects.toThrow('enough');
    await expect(realClock.sleep(0, controller.signal)).rejects.toThrow('enough');
  });

  it('runs the work', async () => {
    await expect(realClock.during(async () => 7)).resolves.toBe(7);
  });
});
