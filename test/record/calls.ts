/**
 * Makes `recorded-calls.json` anew: what roles called in the system tests, `npm run record:calls`. With names of files
 * (`-- test/system/storms.test.ts`), only those are run, and what they call is added to what is there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedCalls, recordedCallsFile } from '../support/recorded-calls.ts';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--project', 'system'];
const files = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-calls-'));
try {
  const file = join(folder, 'calls');
  writeFileSync(file, '');
  const env = { ...process.env, RELAY_RECORD_CALLS: file };
  const { status } = spawnSync(process.execPath, [...vitest, ...files], { stdio: 'inherit', env });
  // Logs and traces are written by AWS, which asks for them when a resource is made: any start tells of them.
  const seen = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !/ (logs|xray):/.test(line));
  const calls = withOwnTable(new Set([...(files.length > 0 ? recordedCalls() : []), ...seen]));
  writeFileSync(recordedCallsFile, `${JSON.stringify([...calls].sort(), null, 2)}\n`);
  process.stdout.write(`${calls.size} calls are in ${recordedCallsFile}\n`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** A stack that was given a restored table calls that in the place of its own, of which the grants speak. */
function withOwnTable(calls: Set<string>): Set<string> {
  const own = [...calls].map((call) => /:table\/\S+-DataTable\w+/.exec(call)?.[0]).find((name) => name !== undefined);
  return own === undefined ? calls : new Set([...calls].map((call) => call.replace(/:table\/restored\b/, own)));
}
