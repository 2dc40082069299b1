import type { Clock } from '../../clock.ts';

/** One alarm on a clock. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #due: number | undefined;
  #controller = new AbortController();

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once at `due`, in epoch milliseconds, instead of at the time set before; never where it is undefined. */
  set(due: number | undefined): void {
    if (due === this.#due) return;
    this.#controller.abort();
    this.#due = due;
    if (due === undefined) return;
    this.#controller = new AbortController();
    const ring = () => {
      this.#due = undefined;
      this.#ring();
    };
    this.#clock.sleep(due - this.#clock.now(), this.#controller.signal).then(ring, () => {});
  }
}
