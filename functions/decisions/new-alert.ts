import type { Alert } from '../domain/alert/alert.ts';

/**
 * An alert that was not there when its entry was prepared. Whatever begins for it begins once it is stored; an alert
 * for which nothing begins is stored with its decisions, in one write.
 */
export class NewAlert {
  readonly alert: Alert;
  #storing: Promise<void> | undefined;
  #isStored = false;

  constructor(alert: Alert) {
    this.alert = alert;
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  /**
   * Stores it by the first `write` that ends well. `write` says false where somebody else has stored it meanwhile: then
   * this throws AlertKnown.
   */
  async store(write: () => Promise<boolean>): Promise<void> {
    if (this.#isStored) return;
    this.#storing ??= this.#write(write).finally(() => {
      this.#storing = undefined;
    });
    await this.#storing;
  }

  async #write(write: () => Promise<boolean>): Promise<void> {
    if (!(await write())) throw new AlertKnown(this.alert.id);
    this.#isStored = true;
  }
}

/** Two routings found an alert new, and the other one has stored it: this one has to look again. */
export class AlertKnown extends Error {
  constructor(alertId: string) {
    super(`Alert ${alertId} was stored by another routing meanwhile`);
    this.name = 'AlertKnown';
  }
}
