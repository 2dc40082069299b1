/**
 * Runs whole jobs on other versions of OpenCode than the pinned one: `npm run test:versions [-- VERSION…]`. npm fetches
 * one server at a time, of some 180 MB, into a folder that is removed again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The oldest that is accepted, one in between, and the newest; see `functions/adapters/opencode/versions.ts`. */
const VERSIONS = ['1.15.13', '1.17.19', '1.18.34'];
/** What does not lean on a pinned version. */
const FILES = ['test/system/outcomes.test.ts', 'test/system/patch.test.ts'];

const platform = `${process.platform}-${process.arch}`;
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--project', 'system'];

/** True where all tests of the version are green. */
function passes(version: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-version-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const program = `opencode-${platform}`;
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = spawnSync('npm', [...install, `${program}@${version}`], { cwd: folder, stdio: 'inherit' });
    if (npm.status !== 0) throw new Error(`npm could not fetch ${program} ${version}`);
    const env = { ...process.env, RELAY_OPENCODE: join(folder, 'node_modules', program, 'bin', 'opencode') };
    return spawnSync(process.execPath, [...vitest, ...FILES], { stdio: 'inherit', env }).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wanted = process.argv.slice(2);
const results = (wanted.length > 0 ? wanted : VERSIONS).map((version) => ({ version, passed: passes(version) }));
for (const { version, passed } of results)
  process.stdout.write(`OpenCode ${version}: ${passed ? 'passed' : 'FAILED'}\n`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
