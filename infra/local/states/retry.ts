import type { Retrier } from './definition.ts';
import { matchesError } from './errors.ts';

/** How often one visit of a state may still be repeated: each retrier counts for itself. */
export class Retries {
  readonly #retriers: Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds to wait before the next attempt, or undefined if there is none. */
  take(error: string): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => matchesError(ErrorEquals, error));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    return delayMs(retrier, used);
  }
}

function delayMs(retrier: Retrier, used: number): number {
  const seconds = retrier.IntervalSeconds * retrier.BackoffRate ** used;
  const ms = Math.min(seconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1_000;
  return retrier.JitterStrategy === 'FULL' ? ms * Math.random() : ms;
}
