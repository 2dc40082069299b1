/**
 * Time that passes on the wall clock while a call cannot run: it waits for its turn, or the machine is too busy to give
 * its thread a core. On AWS neither exists, so no time-out of a call counts it.
 */
export class LostTime {
  readonly #now: () => number;
  #lostMs = 0;
  #waitingSince: number | undefined;

  /** `now` in milliseconds of a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** From now on everything is lost, until `runs`. */
  waits(): void {
    this.#waitingSince ??= this.#now();
  }

  runs(): void {
    this.#lostMs = this.ms;
    this.#waitingSince = undefined;
  }

  add(ms: number): void {
    this.#lostMs += ms;
  }

  /** So far, what is being lost included. */
  get ms(): number {
    return this.#lostMs + (this.#waitingSince === undefined ? 0 : this.#now() - this.#waitingSince);
  }

  /** Resolves once `ms` have passed that were not lost; never, if `signal` is aborted before. */
  async afterUsable(ms: number, signal: AbortSignal): Promise<void> {
    const begin = this.#now();
    const lostBefore = this.ms;
    const usable = () => this.#now() - begin - (this.ms - lostBefore);
    const over = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout;
    const look = () => {
      const left = ms - usable();
      if (left <= 0) over.resolve();
      else timer = setTimeout(look, Math.ceil(left));
    };
    timer = setTimeout(look, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    return over.promise;
  }
}
