/** Calls go on side by side; a transaction waits for those under way, and holds up those that come after it. */
export class Turns {
  readonly #underWay = new Set<Promise<unknown>>();
  #barrier: Promise<unknown> = Promise.resolve();

  /** A call among others. */
  shared<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const calling = this.#barrier.then(call);
    const ended = calling.catch(() => undefined).finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return calling;
  }

  /** What goes on beside no call. */
  alone<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const before = [this.#barrier, ...this.#underWay];
    const working = Promise.all(before).then(work);
    this.#barrier = working.catch(() => undefined);
    return working;
  }
}
