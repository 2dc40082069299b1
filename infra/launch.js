// @ts-check
/**
 * What every npm script goes through: `node infra/launch.js NAME [ARGUMENTS…]`. Plain JavaScript, because the Node that
 * starts it may be one that cannot read TypeScript, and may find no package installed yet. It speaks on stderr only:
 * the output of a command is the command's own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Missing, requirePackages, requireRoom, root, say } from './install.js';

const tsc = 'node_modules/typescript/bin/tsc';
const biome = 'node_modules/@biomejs/biome/bin/biome';
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
const watch = vitest.map((word) => (word === 'run' ? 'watch' : word));
const cdk = 'node_modules/aws-cdk/bin/cdk';
const lint = [biome, 'check', '--error-on-warnings'];
const tests = [['test/main.ts']];

/**
 * The programs of each script, one after the other; the arguments go to the last.
 * @type {Record<string, string[][]>}
 */
const scripts = {
  start: [['infra/local/main.ts']],
  test: tests,
  'test:parts': [[...vitest, '--project', 'parts']],
  'test:system': [[...vitest, '--project', 'system']],
  'test:browser': [[...vitest, '--project', 'browser']],
  'test:file': [vitest],
  'test:watch': [[...watch, '--project', 'parts']],
  'test:long': tests,
  'test:versions': [['test/versions/main.ts']],
  'record:calls': [['test/record/calls.ts']],
  'record:release': [['test/record/release.ts']],
  // Checkers beside each other each check what the others need of the same libraries: half as much CPU time again.
  check: [[tsc, '--noEmit', '--singleThreaded'], [tsc, '-p', 'infra/local/console/browser'], lint],
  fix: [[biome, 'check', '--write']],
  synth: [[cdk, 'synth', '--quiet']],
  bootstrap: [[cdk, 'bootstrap']],
  deploy: [['infra/deploy/main.ts']],
  relay: [['infra/commands/main.ts']],
  bench: [['test/bench/main.ts']],
  'bench:load': [['test/bench/load.ts']],
};

/** Those that measure how long code takes to load, which a cache of compiled code would hide. */
const measure = ['bench', 'bench:load'];
/** Compiled code and stripped types of one start spare the next half of its time: Node reads this variable. */
const compileCache = join(root, 'node_modules/.cache/opencode-relay/compiled');

/** Those in which an agent works in a git repository. */
const needGit = ['start', 'test', 'test:long', 'test:versions', 'record:calls'];

/** A data folder, a synthesized stack and the server's store are some 100 MB. */
const RUN_BYTES = 0.2e9;
/** The first that reads TypeScript without being asked to. */
const OLDEST_NODE = { major: 22, minor: 18 };

function requireGit() {
  if (spawnSync('git', ['--version'], { stdio: 'ignore' }).status === 0) return;
  throw new Missing('There is no git on PATH, and the agent works in a git repository: install git, and try again.');
}

/** The Node that this project pins for the platform, else the one that runs this file, if it is new enough. */
function findNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const pinned = join(root, `node_modules/node-${platform}/bin/node${process.platform === 'win32' ? '.exe' : ''}`);
  if (existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)) return process.execPath;
  const found = `npm has no Node 24 for ${platform}, and this is Node ${process.versions.node}`;
  throw new Missing(
    `${found}: install Node 24 (${OLDEST_NODE.major}.${OLDEST_NODE.minor} is the oldest that will do), and try again.`,
  );
}

/** Runs to the end, and returns the exit code as a shell would give it. */
function run(/** @type {string} */ node, /** @type {string[]} */ program) {
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const long = name === 'test:long' ? { RELAY_TEST_LONG: '1' } : {};
  const cache = measure.includes(name) ? {} : { NODE_COMPILE_CACHE: compileCache };
  const env = { ...cache, ...process.env, ...long, PATH: path };
  const child = spawn(node, program, { cwd: root, stdio: 'inherit', env });
  // Ctrl-C reaches the child by itself, and this process waits for it; a TERM for this one alone is passed on.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL'])),
  );
}

const [name = '', ...rest] = process.argv.slice(2);
try {
  const script = scripts[name];
  if (!script) throw new Missing(`There is no script "${name}": it is one of ${Object.keys(scripts).join(', ')}.`);
  if (needGit.includes(name)) requireGit();
  await requirePackages();
  requireRoom(RUN_BYTES);
  const node = findNode();
  for (const [index, program] of script.entries()) {
    process.exitCode = await run(node, index === script.length - 1 ? [...program, ...rest] : program);
    if (process.exitCode) break;
  }
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  say(error.message);
  process.exitCode = 1;
}
