import {
  eventSource,
  type SessionFinished,
  sessionFinished,
  sessionFinishedSchema,
} from '../../functions/contract/events.ts';

/** Keeps the outcome events of a bus, for whoever waits for one now or later. */
export class OutcomeLog {
  #seen = new Map<string, SessionFinished>();
  #waiting = new Map<string, (finished: SessionFinished) => void>();

  add(event: { source: string; 'detail-type': string; detail: unknown }): void {
    if (event.source !== eventSource || event['detail-type'] !== sessionFinished) return;
    const finished = sessionFinishedSchema.parse(event.detail);
    this.#seen.set(finished.alert.id, finished);
    this.#waiting.get(finished.alert.id)?.(finished);
  }

  /** Resolves with the outcome of an alert, also if it came before anyone asked. One waiter per alert. */
  async of(alertId: string): Promise<SessionFinished> {
    return this.#seen.get(alertId) ?? new Promise((resolve) => this.#waiting.set(alertId, resolve));
  }
}
