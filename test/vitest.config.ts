import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { findOpenCode } from '../infra/local/opencode/binary.ts';

/** The long run tries each property twenty times as often. */
const PARTS_TEST_TIMEOUT_MS = process.env.RELAY_TEST_LONG === '1' ? 600_000 : 60_000;
/** A system test waits for a real OpenCode server, whose first answer in a new directory takes seconds on two cores. */
const SYSTEM_TEST_TIMEOUT_MS = 300_000;

/** For what comes when it comes: never reached when all is well, however busy the machine. */
const patience = { expect: { poll: { timeout: 150_000 } } };

/** More than cores, since they also wait; not many more, since each session costs the server seconds of CPU time. */
const SYSTEM_FILES_AT_ONCE = 5;

/** A browser and what it shows keep two cores busy. */
const BROWSER_FILES_AT_ONCE = 2;

/** A platform without the server has all other tests, and is told so: once, though each project reads this file. */
const hasServer = await findOpenCode().then(
  () => true,
  ({ message }: Error) => {
    if (process.env.RELAY_SKIP_TOLD === undefined) {
      process.stderr.write(`Skipped: test/system, which needs a real OpenCode server. ${message}\n`);
    }
    process.env.RELAY_SKIP_TOLD = '1';
    return false;
  },
);

/** System tests that wait longest for what takes its time on a server. */
const LONGEST = ['start', 'interruptions', 'outcomes', 'own-stack', 'git-folder', 'budgets'];

/** Those first, since vitest takes large files first, and a small one that waits would be waited for at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`/system/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  test: {
    sequence: { sequencer: LongestFirst },
    passWithNoTests: !hasServer,
    projects: [
      {
        root,
        test: {
          name: 'parts',
          ...patience,
          // All cores, also of a machine that has two.
          maxWorkers: '100%',
          isolate: false,
          globalSetup: ['test/support/give-way.ts'],
          setupFiles: ['test/support/clean-up.ts', 'test/support/property-runs.ts', 'test/support/quick-hash.ts'],
          include:
            process.env.RELAY_RECORD_RELEASE === '1' ? ['test/record/release-recorder.ts'] : ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/browser/**'],
          testTimeout: PARTS_TEST_TIMEOUT_MS,
          hookTimeout: PARTS_TEST_TIMEOUT_MS,
        },
      },
      {
        root,
        test: {
          name: 'system',
          ...patience,
          isolate: false,
          maxWorkers: SYSTEM_FILES_AT_ONCE,
          sequence: { groupOrder: 1 },
          setupFiles: ['test/support/clean-up.ts'],
          include: hasServer ? ['test/system/*.test.ts'] : [],
          globalSetup: hasServer ? ['test/support/system/shared.ts'] : [],
          testTimeout: SYSTEM_TEST_TIMEOUT_MS,
          hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
        },
      },
      {
        root,
        test: {
          name: 'browser',
          ...patience,
          isolate: false,
          maxWorkers: BROWSER_FILES_AT_ONCE,
          sequence: { groupOrder: 2 },
          setupFiles: ['test/support/clean-up.ts', 'test/support/property-runs.ts'],
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/support/setup.ts', ...(hasServer ? ['test/support/system/shared.ts'] : [])],
          testTimeout: SYSTEM_TEST_TIMEOUT_MS,
          hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
        },
      },
    ],
  },
});
