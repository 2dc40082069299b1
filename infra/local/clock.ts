/** Time as a parameter, so that a session of 50 minutes is tested in milliseconds. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Holds time still while real work runs; a real clock just runs the work. */
  during<T>(work: () => Promise<T>): Promise<T>;
}
