/** Writes go on side by side; a transaction waits for those under way, and holds up those that come after it. */
export class WriteTurns {
  readonly #underWay = new Set<Promise<unknown>>();
  #barrier: Promise<unknown> = Promise.resolve();

  /** A write among others. */
  shared<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    const writing = this.#barrier.then(write);
    const ended = writing.catch(() => undefined).finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return writing;
  }

  /** A write beside which there is no other. */
  alone<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    const before = [this.#barrier, ...this.#underWay];
    const writing = Promise.all(before).then(write);
    this.#barrier = writing.catch(() => undefined);
    return writing;
  }
}
