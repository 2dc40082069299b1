import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { smallDisk } from '../support/small-disk.ts';
import { projectRoot } from '../support/source-files.ts';
import { integrity, makeTinyProject, type TinyProject } from './tiny-project.ts';

let tiny: TinyProject;
let project: string;
beforeEach(() => {
  tiny = makeTinyProject();
  project = tiny.folder;
});

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

test('a script starts as soon as the packages are there, with its arguments', async () => {
  tiny.locked({ 'node_modules/one': { version: '1.0.0', integrity } });
  const { out, err, code } = await launch(['relay', '--once'], tiny.fakeNpm());
  expect({ out, code }).toEqual({ out: 'sent --once\n', code: 0 });
  expect(err).toMatch(/^Installing the packages of package-lock\.json …\nInstalled in \d+\.\d s\.\n$/);
});

describe('of two at once in a fresh clone', () => {
  const one = { 'node_modules/one': { version: '1.0.0', integrity } };
  /** An npm that takes note of each time it is run, and installs once it is told to. */
  function slowNpm(): Record<string, string> {
    tiny.locked(one);
    const installed = join(project, 'node_modules/.package-lock.json');
    const script = `echo ran >> ${join(project, 'npm-runs')}
      while [ ! -e ${join(project, 'go-on')} ]; do sleep 0.05; done
      mkdir -p ${dirname(installed)}
      echo '${JSON.stringify({ packages: one })}' > ${installed}`;
    tiny.write('bin/npm', `#!/bin/sh\n${script}\n`, 0o755);
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
    tiny.write('go-on', '');
    expect(await first).toMatchObject({ out: 'sent first\n', code: 0, err: expect.stringContaining('Installed in') });
    expect([await closed, told]).toEqual([[0, null], { out: 'sent second\n', err: expect.stringMatching(waits) }]);
    expect(npmRuns()).toBe('ran\n');
    expect(existsSync(join(project, '.install.lock'))).toBe(false);
  });

  test('what an install that was killed has left behind holds nobody up', async () => {
    const env = slowNpm();
    tiny.write('go-on', '');
    const { pid } = spawnSync('true');
    tiny.write('.install.lock', String(pid));
    expect(await launch(['relay'], env)).toMatchObject({ out: 'sent\n', code: 0 });
    expect(npmRuns()).toBe('ran\n');
  });
});

test('compiled code is kept for the next start, but where its loading is measured', async () => {
  tiny.write('infra/commands/main.ts', "console.log(process.env.NODE_COMPILE_CACHE ?? 'none');\n");
  tiny.write('test/bench/main.ts', "console.log(process.env.NODE_COMPILE_CACHE ?? 'none');\n");
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  const kept = join(realpathSync(project), 'node_modules/.cache/opencode-relay/compiled');
  expect(await launch(['relay'])).toMatchObject({ out: `${kept}\n`, code: 0 });
  expect(existsSync(kept)).toBe(true);
  expect(await launch(['bench'])).toMatchObject({ out: 'none\n', code: 0 });
});

test('what npm itself installs is recognised at the next start, which needs no npm', async () => {
  tiny.write('one/package.json', { name: 'one', version: '1.0.0' });
  const packages = { one: { version: '1.0.0' }, 'node_modules/one': { resolved: 'one', link: true } };
  tiny.depends({ one: 'file:one' }, packages);
  expect(await launch(['relay'])).toMatchObject({ out: 'sent\n', err: expect.stringContaining('Installed in') });
  expect(await launch(['relay'], tiny.fakeNpm())).toEqual({ out: 'sent\n', err: '', code: 0 });
  expect(tiny.npmRan()).toBe(false);
});

test('a script runs under the pinned Node, which is first on the PATH of what it starts', async () => {
  tiny.installed({});
  tiny.write(`node_modules/node-${platform}/bin/node`, '#!/bin/sh\necho "pinned $1 $2, $PATH"\n', 0o755);
  const { out } = await launch(['relay', '--help']);
  const bin = join(project, `node_modules/node-${platform}/bin`);
  expect(out).toMatch(
    new RegExp(`^pinned infra/commands/main.ts --help, ${bin}:${join(project, 'node_modules/.bin')}:`),
  );
});

test('its exit code is the launcher’s', async () => {
  tiny.installed({});
  tiny.write('infra/commands/main.ts', 'process.exit(7);\n');
  expect((await launch(['relay'])).code).toBe(7);
});

describe('what is missing is one sentence, and exit code 1', () => {
  test.each([
    ['git', ['start'], 'There is no git on PATH, and the agent works in a git repository: install git, and try again.'],
    ['such a script', ['strat'], 'There is no script "strat": it is one of start, test, '],
  ])('%s', async (_, args, sentence) => {
    tiny.installed({});
    const { out, err, code } = await launch(args, tiny.fakeNpm());
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['20.19.0', 1],
    ['22.17.9', 1],
    ['22.18.0', 0],
  ])('a pinned Node, for macOS: Node %s exits with %i', async (version, status) => {
    tiny.installed({});
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
    const { err, code } = await ended(start(['relay'], tiny.fakeNpm(), disk));
    expect([code, tiny.npmRan()]).toEqual([1, false]);
    expect(err).toMatch(/^0\.0 GB are free below .*, and 1\.5 GB are needed: free some, and try again\.\n$/);
  });

  test('a network, of npm', async () => {
    const { err, code } = await launch(['relay'], tiny.fakeNpm(1));
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
