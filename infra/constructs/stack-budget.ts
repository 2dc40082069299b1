import type { Configuration } from '../configuration/schema.ts';
import type { RelayFunction } from './relay-function.ts';

/** What the sessions of a day may be and cost in the whole stack. */
export class StackBudget {
  readonly #json: string;

  constructor({ maxSessionsPerDay, maxCostUsdPerDay }: Configuration) {
    this.#json = JSON.stringify({ maxSessionsPerDay, maxCostUsdPerDay });
  }

  /** Functions that start sessions. */
  heededBy(...fns: RelayFunction[]): void {
    for (const fn of fns) fn.setAddress('stackBudget', this.#json);
  }
}
