import type { Clock } from '../../clock.ts';
import { reasonOf } from '../../surroundings.ts';
import type { Delivery, DeliveryLog } from './delivery-log.ts';
import type { BusEvent } from './event.ts';

export interface Target {
  /** Rejects where it could not take the event; it is then called again. */
  target(event: BusEvent): Promise<void>;
  /** Takes what the target refused in every attempt. */
  deadLetter?(event: BusEvent, error: unknown): Promise<void>;
}

/** Four attempts within 7 s: AWS goes on for a day, but here nothing between bus and target can be down for long. */
const WAITS_BEFORE_RETRY_MS = [1_000, 2_000, 4_000];

/** Brings events to targets, each at least once. */
export class Deliveries {
  readonly #clock: Clock;
  readonly #log: DeliveryLog | undefined;
  readonly #closing = new AbortController();

  constructor(clock: Clock, log: DeliveryLog | undefined) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Keeps the delivery before it returns; the target runs afterwards. */
  start(delivery: Delivery, target: Target): void {
    this.#log?.accepted(delivery);
    this.resume(delivery, target);
  }

  /** Starts what is kept already. */
  resume(delivery: Delivery, target: Target): void {
    void this.#deliver(delivery, target).catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        console.error(`Event ${delivery.event.id} is lost to ${delivery.rule}:`, reasonOf(error));
    });
  }

  /** No more attempts. A target that still runs is not waited for; its event is delivered again at the next start. */
  close(): void {
    this.#closing.abort(new Error('The buses are closed'));
  }

  async #deliver(delivery: Delivery, target: Target): Promise<void> {
    try {
      await this.#attempt(delivery.event, target);
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      if (!target.deadLetter) throw error;
      await target.deadLetter(delivery.event, error);
    }
    if (!this.#closing.signal.aborted) this.#log?.delivered(delivery);
  }

  async #attempt(event: BusEvent, { target }: Target): Promise<void> {
    for (const wait of WAITS_BEFORE_RETRY_MS) {
      try {
        return await target(event);
      } catch {
        await this.#clock.sleep(wait, this.#closing.signal);
      }
    }
    await target(event);
  }
}
