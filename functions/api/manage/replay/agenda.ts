/** What comes first of what is due at the same instant. */
const ranks = { end: 0, storm: 1, alert: 2 } as const;
type Rank = keyof typeof ranks;

interface Appointment {
  atMs: number;
  rank: Rank;
  run: () => Promise<void>;
}

/** Time that jumps from one thing to the next. What is due at one instant runs by its rank, then as it was entered. */
export class Agenda {
  #nowMs = Number.NEGATIVE_INFINITY;
  #due: Appointment[] = [];

  now = (): Date => new Date(this.#nowMs);

  /** Nothing happens in the past: what is due earlier runs at once. */
  enter(atMs: number, rank: Rank, run: () => Promise<void>): void {
    const appointment = { atMs: Math.max(atMs, this.#nowMs), rank, run };
    this.#due.splice(this.#placeOf(appointment), 0, appointment);
  }

  /** Until nothing is left, also of what was entered meanwhile. */
  async run(): Promise<void> {
    for (let next = this.#due.pop(); next; next = this.#due.pop()) {
      this.#nowMs = next.atMs;
      await next.run();
    }
  }

  /** The last one is due first. By halves: 10,000 alerts and the ends of their sessions are entered. */
  #placeOf(appointment: Appointment): number {
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#due[middle];
      if (other && isBefore(appointment, other)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isBefore = (a: Appointment, b: Appointment): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && ranks[a.rank] < ranks[b.rank]);
