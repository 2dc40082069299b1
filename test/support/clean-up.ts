import { afterAll, vi } from 'vitest';
import { forgetLoaded } from './load-anew.ts';
import { restoreClients } from './mock-client.ts';

/**
 * Files run one after the other in one process, and share its modules: a process each would cost 1.2 s of CPU time, and
 * modules of its own a tenth of what all take. Here ends what a file has changed for its process.
 */
afterAll(() => {
  restoreClients();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  forgetLoaded();
});
