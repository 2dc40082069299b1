import { vi } from 'vitest';

/**
 * What the check comes to once it throws no more. Two and a half minutes are never reached when all is well, however
 * busy the machine; Vitest's own second is. `interval`: milliseconds between two checks.
 */
export const eventually = <Value>(check: () => Value | Promise<Value>, interval = 50): Promise<Value> =>
  vi.waitFor(check, { timeout: 150_000, interval });
