import {
  eventSource,
  type SessionFinished,
  sessionFinished,
  sessionFinishedSchema,
} from '../../functions/contract/events.ts';

/** Alerts and jobs; sessions are few, and an event that comes again does so within a day. */
const KEPT = 2_000;

/** Keeps the latest outcome events of a bus, for whoever waits for one now or later. */
export class OutcomeLog {
  readonly #seen = new Map<string, SessionFinished>();
  readonly #waiting = new Map<string, (finished: SessionFinished) => void>();

  /** The outcome, if the event is one that was not seen before: events come at least once. */
  add(event: { source: string; 'detail-type': string; detail: unknown }): SessionFinished | undefined {
    if (event.source !== eventSource || event['detail-type'] !== sessionFinished) return undefined;
    const finished = sessionFinishedSchema.parse(event.detail);
    const isNew = !this.#seen.has(finished.jobId);
    for (const id of [finished.alert.id, finished.jobId]) {
      this.#seen.set(id, finished);
      this.#waiting.get(id)?.(finished);
      this.#waiting.delete(id);
    }
    // A map's first key is its oldest.
    for (const id of this.#seen.keys()) {
      if (this.#seen.size <= KEPT) break;
      this.#seen.delete(id);
    }
    return isNew ? finished : undefined;
  }

  /**
   * Resolves with the outcome of an alert, or of a job, by its id, also if it came before anyone asked. One waiter per
   * id.
   */
  async of(id: string): Promise<SessionFinished> {
    return this.#seen.get(id) ?? new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}
