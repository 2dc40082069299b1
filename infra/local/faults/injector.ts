import type { Clock } from '../clock.ts';
import { type Fault, type FaultableCall, type FaultKind, speaksOf } from './fault.ts';

/** Of a time-out: longer than the patience of whoever asks, shorter than a test's. */
const TIMEOUT_MS = 10_000;
const LATENCY_MS = 1_000;

/** What a call meets instead of its answer. */
export type Refused = Exclude<FaultKind, 'latency'>;

/** Injects trouble into calls of services, and counts it. */
export class FaultInjector {
  readonly #clock: Clock;
  readonly #chance: () => number;
  readonly #stopping: AbortSignal;
  #faults: Fault[] = [];
  /** How often each fault was injected, e.g. `dynamodb throttling`. */
  readonly counts = new Map<string, number>();

  constructor(clock: Clock, stopping: AbortSignal, chance: () => number = Math.random) {
    this.#clock = clock;
    this.#stopping = stopping;
    this.#chance = chance;
  }

  /** In the place of those before. The first fault that speaks of a call and happens is the one that it meets. */
  set(faults: Fault[]): void {
    this.#faults = faults.map((fault) => ({ ...fault }));
  }

  /** Does the work, or what a fault makes of it. */
  async around<T>(call: FaultableCall, work: () => Promise<T>, refused: (kind: Refused) => T): Promise<T> {
    const fault = this.#take(call);
    if (!fault) return work();
    switch (fault.kind) {
      case 'latency':
        await this.#clock.sleep(fault.ms ?? LATENCY_MS, this.#stopping);
        return work();
      case 'lost':
        await work();
        return refused('lost');
      case 'timeout':
        await this.#clock.sleep(fault.ms ?? TIMEOUT_MS, this.#stopping);
        return refused('timeout');
      default:
        return refused(fault.kind);
    }
  }

  #take(call: FaultableCall): Fault | undefined {
    const fault = this.#faults.find(
      (each) => speaksOf(each, call) && (each.times === undefined || each.times > 0) && this.#chance() < each.rate,
    );
    if (!fault) return undefined;
    if (fault.times !== undefined) fault.times--;
    const name = `${fault.service} ${fault.kind}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return fault;
  }
}
