import type { OpenGuard } from '../contract/metrics.ts';

export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

export interface Log {
  /**
   * For what a use case goes on without. `fields` are ids, names and codes; never a payload or a secret. `guard`: what
   * was to protect and did not.
   */
  warn(message: string, fields: Record<string, string> & { guard?: OpenGuard }): void;
}
