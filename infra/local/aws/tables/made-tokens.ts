/** As many as are made within the ten minutes for which AWS knows them, on a machine that is busy. */
const MOST = 10_000;

/** Transactions that were made, by their token, the oldest first: a repeat of one changes nothing. */
export class MadeTokens {
  readonly #tokens = new Set<string>();

  has(token: string): boolean {
    return this.#tokens.has(token);
  }

  /** One more than are known makes the oldest unknown. */
  add(token: string): void {
    this.#tokens.add(token);
    const [oldest = token] = this.#tokens;
    if (this.#tokens.size > MOST) this.#tokens.delete(oldest);
  }
}
