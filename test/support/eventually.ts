import { vi } from 'vitest';

/**
 * What the check comes to once it throws no more. A minute is never reached when all is well, however busy the machine;
 * Vitest's own second is.
 */
export const eventually = <Value>(check: () => Value | Promise<Value>, interval = 50): Promise<Value> =>
  vi.waitFor(check, { timeout: 60_000, interval });
