import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gitEnvironment } from '../../../../infra/local/opencode/git-environment.ts';
import { createSampleRepository, sampleFix } from '../../../../infra/local/opencode/sample-repository.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sample-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const git = (cwd: string, ...command: string[]) =>
  execFileSync('git', command, { cwd, env: { PATH: process.env.PATH, ...gitEnvironment }, encoding: 'utf8' }).trim();
const commits = (cwd: string) => git(cwd, 'log', '--format=%an %s').split('\n');
const read = (path: string) => readFileSync(join(directory, path), 'utf8');

describe('the sample repository', () => {
  test('has one commit, on main, of everything', async () => {
    await createSampleRepository(directory);
    expect(commits(directory)).toEqual(['Sample Add the checkout total']);
    expect(git(directory, 'branch', '--show-current')).toBe('main');
    expect(git(directory, 'status', '--porcelain')).toBe('');
    expect(git(directory, 'ls-files').split('\n')).toContain(sampleFix.path);
  });

  test('has the bug once, where the scripted model looks for it', async () => {
    await createSampleRepository(directory);
    expect(read(sampleFix.path).split(sampleFix.before)).toHaveLength(2);
    expect(read(sampleFix.path)).not.toContain(sampleFix.after);
  });

  test('charges a discount, and no longer once it is fixed', async () => {
    await createSampleRepository(directory);
    const total = async (name: string, source: string) => {
      const file = join(directory, name);
      writeFileSync(file, source);
      const { totalOf } = z
        .object({ totalOf: z.function({ input: [z.unknown()], output: z.number() }) })
        .parse(await import(pathToFileURL(file).href));
      return totalOf({ items: [{ price: 1_000, quantity: 2 }], discount: 300 });
    };
    const broken = read(sampleFix.path);
    expect(await total('broken.mjs', broken)).toBe(2_300);
    expect(await total('fixed.mjs', broken.replace(sampleFix.before, sampleFix.after))).toBe(1_700);
  });

  test('stays as it is, with the work of sessions in it', async () => {
    await createSampleRepository(directory);
    writeFileSync(join(directory, sampleFix.path), 'changed\n');
    git(directory, 'commit', '--all', '--quiet', '--message=Change it');
    await createSampleRepository(directory);
    expect(commits(directory)).toHaveLength(2);
    expect(read(sampleFix.path)).toBe('changed\n');
  });

  test('is finished where an earlier start broke off', async () => {
    git(directory, 'init', '--quiet', '--initial-branch=main');
    writeFileSync(join(directory, 'README.md'), 'half');
    await createSampleRepository(directory);
    expect(commits(directory)).toHaveLength(1);
    expect(read('README.md')).toContain('# checkout');
  });

  test('is one of its own inside another repository', async () => {
    git(directory, 'init', '--quiet');
    git(directory, 'commit', '--quiet', '--allow-empty', '--message=Outer');
    const inner = join(directory, '.local', 'sample');
    mkdirSync(inner, { recursive: true });
    await createSampleRepository(inner);
    expect(commits(inner)).toEqual(['Sample Add the checkout total']);
    expect(commits(directory)).toEqual(['Sample Outer']);
  });
});
