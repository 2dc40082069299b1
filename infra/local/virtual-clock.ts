import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

interface Timer {
  due: number;
  fire(): void;
}

/** Time for tests: jumps to the next due timer as soon as nothing else is left to run. */
export class VirtualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  #held = 0;
  #advancing = false;

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      };
      const timer: Timer = {
        due: this.#now + Math.max(0, ms),
        fire: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#timers.push(timer);
      this.#advance();
    });
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
      this.#advance();
    }
  }

  /** One round at a time; whoever could make the next step possible calls again. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    void this.#fireDueTimers();
  }

  async #fireDueTimers(): Promise<void> {
    while (this.#timers.length > 0) {
      // Twice: what the last timer set off may itself have queued an immediate.
      await setImmediate();
      await setImmediate();
      if (this.#held > 0) break;
      this.#fireNext();
    }
    this.#advancing = false;
  }

  #fireNext(): void {
    const next = this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first && first.due <= timer.due ? first : timer),
      undefined,
    );
    if (!next) return;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#now = next.due;
    next.fire();
  }
}
