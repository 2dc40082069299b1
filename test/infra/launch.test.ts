import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { smallDisk } from '../support/small-disk.ts';
import { projectRoot } from '../support/source-files.ts';

const root = { name: 'tiny', version: '1.0.0' };
const integrity = 'sha512-of-this-package';
const elsewhere = { optional: true, os: ['plan9'], cpu: ['pdp11'] };
const here = { optional: true, os: [process.platform], cpu: [process.arch] };

/** A project of which nothing is there but the launcher, a lock file and one script that says what it was given. */
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'launch-'));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  write('package.json', { ...root, type: 'module' });
  write('infra/commands/main.ts', "const args: string[] = process.argv.slice(2);\nconsole.log('sent', ...args);\n");
  for (const file of ['infra/launch.js', 'infra/install.js']) {
    copyFileSync(join(projectRoot, file), join(project, file));
  }
  locked({});
});

function write(path: string, content: unknown, mode = 0o644): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), typeof content === 'string' ? content : JSON.stringify(content), { mode });
}
const locked = (packages: Record<string, object>) =>
  write('package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } });
const installed = (packages: Record<string, object>) =>
  write('node_modules/.package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages });
/** An npm that takes note of being run, so that a test can tell, and exits so. */
function fakeNpm(exitCode = 0): Record<string, string> {
  write('bin/npm', `#!/bin/sh\necho "$@" > ${join(project, 'npm-arguments')}\nexit ${exitCode}\n`, 0o755);
  return { PATH: join(project, 'bin') };
}
const npmRan = () => existsSync(join(project, 'npm-arguments'));
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const start = (args: string[], env: Record<string, string> = {}, cwd = project) =>
  spawn(process.execPath, ['infra/launch.js', ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const launch = (args: string[], env: Record<string, string> = {}) => ended(start(args, env));

async function ended(child: ReturnType<typeof start>) {
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code };
}

describe('node_modules is left as it is where', () => {
  const one = { 'node_modules/one': { version: '1.0.0', integrity } };
  test.each([
    ['every package of the lock file is there', one, one],
    ['one for another platform is not', { ...one, 'node_modules/other': { version: '1.0.0', ...elsewhere } }, one],
    ['one for another C library is not', { ...one, 'node_modules/c': { ...here, libc: ['musl'] } }, one],
    ['an optional one without a platform is not', { ...one, 'node_modules/wasm': { optional: true } }, one],
  ])('%s', async (_, wanted, found) => {
    locked(wanted);
    installed(found);
    expect(await launch(['relay'], fakeNpm())).toEqual({ out: 'sent\n', err: '', code: 0 });
    expect(npmRan()).toBe(false);
  });
});

describe('exactly the lock file is installed where', () => {
  const one = { version: '1.0.0', integrity };
  const path = 'node_modules/one';
  test.each<[string, Record<string, object>, Record<string, object> | undefined]>([
    ['there is no node_modules', { [path]: one }, undefined],
    ['a package is missing', { [path]: one }, {}],
    ['one for this platform is missing', { [path]: { ...one, ...here } }, {}],
    ['one has another version', { [path]: one }, { [path]: { ...one, version: '1.0.1' } }],
    ['one has another content', { [path]: one }, { [path]: { ...one, integrity: 'sha512-other' } }],
    ['there is one too many', {}, { [path]: one }],
  ])('%s', async (_, wanted, found) => {
    locked(wanted);
    if (found) installed(found);
    const { out, err, code } = await launch(['relay', '--once'], fakeNpm());
    expect({ out, code }).toEqual({ out: 'sent --once\n', code: 0 });
    expect(err).toMatch(/^Installing the packages of package-lock\.json …\nInstalled in \d+\.\d s\.\n$/);
    expect(readFileSync(join(project, 'npm-arguments'), 'utf8')).toMatch(/^ci /);
  });
});

describe('of two at once in a fresh clone', () => {
  const one = { 'node_modules/one': { version: '1.0.0', integrity } };
  /** An npm that takes note of each time it is run, and installs once it is told to. */
  function slowNpm(): Record<string, string> {
    locked(one);
    const installed = join(project, 'node_modules/.package-lock.json');
    const script = `echo ran >> ${join(project, 'npm-runs')}
      while [ ! -e ${join(project, 'go-on')} ]; do sleep 0.05; done
      mkdir -p ${dirname(installed)}
      echo '${JSON.stringify({ packages: one })}' > ${installed}`;
    write('bin/npm', `#!/bin/sh\n${script}\n`, 0o755);
    return { PATH: `${join(project, 'bin')}:${process.env.PATH}` };
  }
  const npmRuns = () => readFileSync(join(project, 'npm-runs'), 'utf8');

  test('one installs; the other says that it waits, and installs nothing', async () => {
    const env = slowNpm();
    const first = launch(['relay', 'first'], env);
    await eventually(() => expect(npmRuns()).toBe('ran\n'));
    const second = start(['relay', 'second'], env);
    const closed = once(second, 'close');
    const told = { out: '', err: '' };
    second.stdout.on('data', (chunk) => (told.out += String(chunk)));
    second.stderr.on('data', (chunk) => (told.err += String(chunk)));
    const waits = /^Process \d+ is installing the packages already: waiting for it …\n$/;
    await eventually(() => expect(told.err).toMatch(waits));
    write('go-on', '');
    expect(await first).toMatchObject({ out: 'sent first\n', code: 0, err: expect.stringContaining('Installed in') });
    expect([await closed, told]).toEqual([[0, null], { out: 'sent second\n', err: expect.stringMatching(waits) }]);
    expect(npmRuns()).toBe('ran\n');
    expect(existsSync(join(project, '.install.lock'))).toBe(false);
  });

  test('what an install that was killed has left behind holds nobody up', async () => {
    const env = slowNpm();
    write('go-on', '');
    const { pid } = spawnSync('true');
    write('.install.lock', String(pid));
    expect(await launch(['relay'], env)).toMatchObject({ out: 'sent\n', code: 0 });
    expect(npmRuns()).toBe('ran\n');
  });
});

test('compiled code is kept for the next start, but where its loading is measured', async () => {
  write('infra/commands/main.ts', "console.log(process.env.NODE_COMPILE_CACHE ?? 'none');\n");
  write('test/bench/main.ts', "console.log(process.env.NODE_COMPILE_CACHE ?? 'none');\n");
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  const kept = join(realpathSync(project), 'node_modules/.cache/opencode-relay/compiled');
  expect(await launch(['relay'])).toMatchObject({ out: `${kept}\n`, code: 0 });
  expect(existsSync(kept)).toBe(true);
  expect(await launch(['bench'])).toMatchObject({ out: 'none\n', code: 0 });
});

test('what npm itself installs is recognised at the next start, which needs no npm', async () => {
  const dependencies = { one: 'file:one' };
  write('one/package.json', { name: 'one', version: '1.0.0' });
  write('package.json', { ...root, type: 'module', dependencies });
  const packages = {
    '': { ...root, dependencies },
    one: { version: '1.0.0' },
    'node_modules/one': { resolved: 'one', link: true },
  };
  write('package-lock.json', { ...root, lockfileVersion: 3, requires: true, packages });
  expect(await launch(['relay'])).toMatchObject({ out: 'sent\n', err: expect.stringContaining('Installed in') });
  expect(await launch(['relay'], fakeNpm())).toEqual({ out: 'sent\n', err: '', code: 0 });
  expect(npmRan()).toBe(false);
});

test('a script runs under the pinned Node, which is first on the PATH of what it starts', async () => {
  installed({});
  write(`node_modules/node-${platform}/bin/node`, '#!/bin/sh\necho "pinned $1 $2, $PATH"\n', 0o755);
  const { out } = await launch(['relay', '--help']);
  const bin = join(project, `node_modules/node-${platform}/bin`);
  expect(out).toMatch(
    new RegExp(`^pinned infra/commands/main.ts --help, ${bin}:${join(project, 'node_modules/.bin')}:`),
  );
});

test('its exit code is the launcher’s', async () => {
  installed({});
  write('infra/commands/main.ts', 'process.exit(7);\n');
  expect((await launch(['relay'])).code).toBe(7);
});

describe('what is missing is one sentence, and exit code 1', () => {
  test.each([
    ['git', ['start'], 'There is no git on PATH, and the agent works in a git repository: install git, and try again.'],
    ['such a script', ['strat'], 'There is no script "strat": it is one of start, test, '],
  ])('%s', async (_, args, sentence) => {
    installed({});
    const { out, err, code } = await launch(args, fakeNpm());
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['20.19.0', 1],
    ['22.17.9', 1],
    ['22.18.0', 0],
  ])('a pinned Node, for macOS: Node %s exits with %i', async (version, status) => {
    installed({});
    const pretend = `for (const [name, value] of [['platform', 'darwin'], ['versions', { node: '${version}' }]])
      Object.defineProperty(process, name, { value })`;
    const options = `--import=data:text/javascript,${encodeURIComponent(pretend)}`;
    const { err, code } = await launch(['relay'], { NODE_OPTIONS: options });
    const sentence = `npm has no Node 24 for darwin-${process.arch}, and this is Node ${version}: install Node 24 (22.18 is the oldest that will do), and try again.\n`;
    expect([code, err]).toEqual([status, status === 0 ? '' : sentence]);
  });

  test('room, for the packages', async (context) => {
    const disk = smallDisk(1);
    if (disk === undefined) return context.skip('this user may not mount a small disk');
    cpSync(project, disk, { recursive: true });
    const { err, code } = await ended(start(['relay'], fakeNpm(), disk));
    expect([code, npmRan()]).toEqual([1, false]);
    expect(err).toMatch(/^0\.0 GB are free below .*, and 1\.5 GB are needed: free some, and try again\.\n$/);
  });

  test('a network, of npm', async () => {
    const { err, code } = await launch(['relay'], fakeNpm(1));
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toBe(
      'npm could not install the packages, see above. Only this step needs a network.',
    );
  });
});

test('every npm script goes through the launcher, under its own name', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
  const { relay = '', ...others } = scripts;
  expect(relay).toBe('node infra/launch.js relay');
  // A test of the commands holds which of them those are.
  for (const [name, command] of Object.entries(others)) {
    expect([`node infra/launch.js ${name}`, `${relay} ${name}`]).toContain(command);
  }
});
