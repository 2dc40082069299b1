/**
 * Makes what is now the last release, `npm run record:release`: the template, and what executions carry, in
 * `test/release/`. Whoever runs it says why in the commit: what was released before is not tried any more.
 */
import { spawnSync } from 'node:child_process';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--project', 'parts'];
const env = { ...process.env, RELAY_RECORD_RELEASE: '1' };
const { status } = spawnSync(process.execPath, [...vitest, 'test/record/release-recorder.ts'], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
