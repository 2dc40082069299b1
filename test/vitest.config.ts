import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A system test waits for a real OpenCode server, whose first answer in a new directory takes seconds on two cores. */
const SYSTEM_TEST_TIMEOUT_MS = 120_000;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: SYSTEM_TEST_TIMEOUT_MS,
    hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
  },
});
