import type { LostTime } from './lost-time.ts';

/** What a thread did in a stretch of time, in milliseconds. */
export interface ThreadUse {
  elapsed: number;
  /** Waited for something to do. */
  idle: number;
  /** Had a core. */
  cpu: number;
}

/** Neither waiting nor on a core: the thread had something to do and got no core for it. */
export const starvedMs = ({ elapsed, idle, cpu }: ThreadUse): number => Math.max(0, elapsed - idle - cpu);

/**
 * Often enough that a call which lost time is not ended before that is known. Each look wakes the thread for some 0.1
 * ms.
 */
const LOOK_MS = 250;

/**
 * Adds to `lost` what the code, or this thread with the services behind it, could not run, until `signal` is aborted.
 * The larger of the two counts: they wait at the same time, and a machine that is busy for ever must not stop every
 * time-out. `useOf` tells what the code's thread did.
 */
export function watchStarvation(useOf: UseOf, lost: LostTime, signal: AbortSignal): void {
  const watch = async (): Promise<void> => {
    let before = await usesOf(useOf);
    while (!signal.aborted) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return;
      const now = await usesOf(useOf);
      const code = before.code && now.code ? starvedMs(between(before.code, now.code)) : 0;
      lost.add(Math.max(code, starvedMs(between(before.main, now.main))));
      before = now;
    }
  };
  // The code has ended, and with it the call.
  watch().catch(() => undefined);
}

type UseOf = () => Promise<ThreadUse | undefined>;

async function usesOf(useOf: UseOf): Promise<{ code: ThreadUse | undefined; main: ThreadUse }> {
  const code = await useOf();
  const main = {
    elapsed: performance.now(),
    idle: performance.eventLoopUtilization().idle,
    cpu: milliseconds(process.threadCpuUsage()),
  };
  return { code, main };
}

export const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

const between = (before: ThreadUse, now: ThreadUse): ThreadUse => ({
  elapsed: now.elapsed - before.elapsed,
  idle: now.idle - before.idle,
  cpu: now.cpu - before.cpu,
});

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
