import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findOpenCode } from '../infra/local/opencode/binary.ts';

/** A system test waits for a real OpenCode server, whose first answer in a new directory takes seconds on two cores. */
const SYSTEM_TEST_TIMEOUT_MS = 180_000;

/** A platform without the server has all other tests, and is told so. */
const hasServer = await findOpenCode().then(
  () => true,
  ({ message }: Error) => {
    process.stderr.write(`Skipped: test/system, which needs a real OpenCode server. ${message}\n`);
    return false;
  },
);

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'parts',
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
          include: hasServer ? ['test/system/*.test.ts'] : [],
          globalSetup: hasServer ? ['test/support/system/assembly.ts'] : [],
          testTimeout: SYSTEM_TEST_TIMEOUT_MS,
          hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
        },
      },
    ],
  },
});
