import { reasonOf } from '../surroundings.ts';

/** How long a write that failed waits before it is tried again. */
const AGAIN_MS = 1_000;

/**
 * Writes in their order that must not fail: what the disk does not take, e.g. because it is full, waits in memory and
 * is written as soon as it can be. A kill meanwhile loses it.
 */
export class LateWrites {
  readonly #what: string;
  #late: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `what` is written, for the message. */
  constructor(what: string) {
    this.#what = what;
  }

  do(write: () => void): void {
    this.#late.push(write);
    if (this.#timer === undefined) this.#flush();
  }

  /** A last attempt. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#late.length > 0) this.#flush();
    clearTimeout(this.#timer);
    if (this.#late.length > 0) console.error(`${this.#what} cannot be written: ${this.#late.length} changes are lost.`);
  }

  /** True while something waits: then what is on disk is not the newest. */
  get waiting(): boolean {
    return this.#late.length > 0;
  }

  #flush(): void {
    const wasLate = this.#timer !== undefined;
    this.#timer = undefined;
    try {
      for (let next = this.#late[0]; next; next = this.#late[0]) {
        next();
        this.#late.shift();
      }
      if (wasLate) console.error(`${this.#what} can be written again.`);
    } catch (error) {
      if (!wasLate)
        console.error(`${this.#what} cannot be written, and will be as soon as that is possible:`, reasonOf(error));
      this.#timer = setTimeout(() => this.#flush(), AGAIN_MS).unref();
    }
  }
}
