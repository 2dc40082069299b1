import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A system test waits for a real OpenCode server, whose first answer in a new directory takes seconds on two cores. */
const SYSTEM_TEST_TIMEOUT_MS = 180_000;

/** They mostly wait. */
const SYSTEM_FILES_AT_ONCE = 6;

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'parts',
          isolate: false,
          setupFiles: ['test/support/clean-up.ts', 'test/support/property-runs.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'system',
          isolate: false,
          maxWorkers: SYSTEM_FILES_AT_ONCE,
          sequence: { groupOrder: 1 },
          setupFiles: ['test/support/clean-up.ts'],
          include: ['test/system/*.test.ts'],
          globalSetup: ['test/support/system/shared.ts'],
          testTimeout: SYSTEM_TEST_TIMEOUT_MS,
          hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
        },
      },
    ],
  },
});
