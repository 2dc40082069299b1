import type { Worker } from 'node:worker_threads';
import type { LostTime } from './lost-time.ts';

/** What a thread did in a stretch of time, in milliseconds. */
interface ThreadUse {
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
 * Adds to `lost` what the worker, or this thread with the services behind it, could not run, until `signal` is aborted.
 * The larger of the two counts: they wait at the same time, and a machine that is busy for ever must not stop every
 * time-out.
 */
export function watchStarvation(worker: Worker, lost: LostTime, signal: AbortSignal): void {
  const watch = async (): Promise<void> => {
    let before = await usesOf(worker);
    while (!signal.aborted) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return;
      const now = await usesOf(worker);
      lost.add(Math.max(starvedMs(between(before.worker, now.worker)), starvedMs(between(before.main, now.main))));
      before = now;
    }
  };
  // The worker has ended, and with it the call.
  watch().catch(() => undefined);
}

async function usesOf(worker: Worker): Promise<{ worker: ThreadUse; main: ThreadUse }> {
  const cpu = await worker.cpuUsage();
  return {
    worker: {
      elapsed: performance.now(),
      idle: worker.performance.eventLoopUtilization().idle,
      cpu: milliseconds(cpu),
    },
    main: {
      elapsed: performance.now(),
      idle: performance.eventLoopUtilization().idle,
      cpu: milliseconds(process.threadCpuUsage()),
    },
  };
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

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
