import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditPatch } from '../../../functions/adapters/opencode/audit-patch.ts';
import { gitEnvironment } from '../../../infra/local/opencode/git-environment.ts';

/** The script as it is run, by this machine's own shell and git. */
describe('an audit', () => {
  let folder: string;
  let checkout: string;
  let base: string;
  let commands: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-'));
    checkout = join(folder, 'checkout');
    mkdirSync(checkout);
    git('init', '--quiet');
    write('a.txt', 'one\ntwo\n');
    write('b.txt', 'one\n');
    write('.gitignore', 'dist/\n');
    git('add', '--all');
    git('commit', '--quiet', '--message=base');
    base = git('rev-parse', 'HEAD').trim();
    commands = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const env = () => ({ PATH: process.env.PATH, TMPDIR: folder, ...gitEnvironment });
  const git = (...words: string[]) => execFileSync('git', words, { cwd: checkout, env: env(), encoding: 'utf8' });
  const write = (path: string, content: string) => writeFileSync(join(checkout, path), content);

  async function run(command: string): Promise<string | null> {
    commands.push(command);
    return spawnSync('sh', ['-c', command], { cwd: checkout, env: env(), encoding: 'utf8' }).stdout;
  }
  const audit = (patches: string[], named: string[] = []) => auditPatch(run, base, patches, named);

  const patchOf = (path: string) => git('diff', '--no-renames', base, '--', path);

  test('of patches that make the tree finds nothing, and leaves nothing behind', async () => {
    write('a.txt', 'one\nTWO\n');
    write('new ü.txt', 'new\n');
    git('add', '--intent-to-add', '--all');
    const status = git('status', '--porcelain');
    expect(await audit([patchOf('a.txt'), patchOf('new ü.txt')])).toEqual({ unfit: [], differing: [], ignored: [] });
    expect(git('status', '--porcelain')).toBe(status);
    expect(readdirSync(folder)).toEqual(['checkout']);
    expect(commands).toHaveLength(1);
  });

  test('of commits of the agent compares with the base', async () => {
    write('a.txt', 'one\nTWO\n');
    git('commit', '--quiet', '--all', '--message=by the agent');
    expect(await audit([patchOf('a.txt')])).toEqual({ unfit: [], differing: [], ignored: [] });
    expect((await audit([]))?.differing).toEqual(['a.txt']);
  });

  test('tells the patches that do not fit, and what the rest lacks', async () => {
    write('a.txt', 'one\nTWO\n');
    write('b.txt', 'two\n');
    const wrong = patchOf('b.txt').replace('-one', '-won');
    expect(await audit([wrong, patchOf('a.txt'), 'no patch\n'])).toEqual({
      unfit: [0, 2],
      differing: ['b.txt'],
      ignored: [],
    });
  });

  test('tells patches that fit alone and not together', async () => {
    write('a.txt', 'one\nTWO\n');
    expect((await audit([patchOf('a.txt'), patchOf('a.txt')]))?.unfit).toEqual([0, 1]);
  });

  test('tells content, modes and files that the patches do not make', async () => {
    write('a.txt', 'one\nTHREE\n');
    const patch = patchOf('a.txt').replace('+THREE', '+TWO');
    chmodSync(join(checkout, 'b.txt'), 0o755);
    write('quote " and\ttab.txt', 'x\n');
    expect((await audit([patch]))?.differing).toEqual(['a.txt', 'b.txt', 'quote " and\ttab.txt']);
  });

  test('tells which of the named files git ignores, and sees those that are added by force', async () => {
    mkdirSync(join(checkout, 'dist'));
    write('dist/app.js', 'x\n');
    write('dist/kept.js', 'x\n');
    git('add', '--force', 'dist/kept.js');
    const named = ['a.txt', 'dist/app.js', 'dist/kept.js'].map((path) => join(checkout, path));
    expect(await audit([], named)).toEqual({
      unfit: [],
      differing: ['dist/kept.js'],
      ignored: [join(checkout, 'dist/app.js')],
    });
  });

  test('does not run what git is configured to run', async () => {
    const hook = join(folder, 'ran');
    git('config', 'core.fsmonitor', `touch ${hook}; false`);
    git('config', 'apply.whitespace', 'error-all');
    write('a.txt', 'one  \ntwo\n');
    write('b.txt', 'one \n');
    expect((await audit([patchOf('a.txt'), patchOf('b.txt')]))?.unfit).toEqual([]);
    rmSync(hook, { force: true });
    await audit([]);
    expect(readdirSync(folder)).toEqual(['checkout']);
  });

  test('of a large patch comes in parts; one beyond measure is not audited', async () => {
    const large = () => randomBytes(120_000).toString('hex').replace(/.{60}/g, '$&\n');
    write('a.txt', large());
    expect(await audit([patchOf('a.txt')])).toEqual({ unfit: [], differing: [], ignored: [] });
    expect(commands.length).toBeGreaterThan(1);
    expect(Math.max(...commands.map(({ length }) => length))).toBeLessThan(120_000);
    commands = [];
    expect(await audit([randomBytes(4_000_000).toString('hex')])).toBeNull();
    expect(commands).toEqual([]);
  });

  test.each([
    ['says nothing', ''],
    ['says something else', 'Welcome!\n'],
    ['runs nothing', null],
  ])('is none where the server %s', async (_, output) => {
    expect(await auditPatch(async () => output, base, [], [])).toBeNull();
  });

  test('is none where there is no repository, and none of an unknown commit', async () => {
    base = 'f'.repeat(40);
    expect(await audit([])).toBeNull();
    rmSync(join(checkout, '.git'), { recursive: true });
    expect(await audit([])).toBeNull();
    expect(readdirSync(folder)).toEqual(['checkout']);
  });
});
