import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkCalls } from '../../../../functions/adapters/opencode/checks/calls.ts';
import {
  checkOutputs,
  endChecks,
  lookAtChecks,
  startChecks,
} from '../../../../functions/adapters/opencode/checks/run-checks.ts';
import type { CheckRun } from '../../../../functions/domain/verification/verdict.ts';
import type { CheckOrder } from '../../../../functions/ports.ts';
import { gitEnvironment } from '../../../../infra/local/opencode/git-environment.ts';
import { checkCases, judgedBy } from '../../../support/check-cases.ts';
import { eventually } from '../../../support/eventually.ts';
import { isLong } from '../../../support/property-runs.ts';

/** The scripts as they are run, by this machine's own shell and git. */
describe('checks', () => {
  let folder: string;
  let tree: string;
  let base: string;
  let tools: string;
  beforeAll(() => {
    tools = mkdtempSync(join(tmpdir(), 'tools-'));
    // That of BusyBox sees no further than the first NUL.
    const grep = `#!/bin/sh\ncase "$*" in */proc/*) exit 1 ;; esac\nPATH=\${PATH#*:} exec grep "$@"\n`;
    writeFileSync(join(tools, 'grep'), grep, { mode: 0o755 });
    folder = mkdtempSync(join(tmpdir(), 'checks-'));
    const repository = join(folder, 'repository');
    tree = join(folder, 'tree');
    mkdirSync(repository);
    git(repository, 'init', '--quiet');
    writeFileSync(join(repository, 'a.txt'), 'one\n');
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message=base');
    base = git(repository, 'rev-parse', 'HEAD').trim();
    git(repository, 'worktree', 'add', '--quiet', '--detach', tree);
    writeFileSync(join(tree, 'fixed.txt'), 'fixed\n');
  });
  afterAll(() => {
    for (const each of [folder, tools]) rmSync(each, { recursive: true });
  });

  const secrets = { username: 'alice', password: 'sample-password-of-a-test' };
  const env = () => ({
    PATH: `${tools}:${process.env.PATH}`,
    TMPDIR: folder,
    OPENCODE_SERVER_PASSWORD: secrets.password,
    ...gitEnvironment,
  });
  const git = (cwd: string, ...words: string[]) => execFileSync('git', words, { cwd, env: env(), encoding: 'utf8' });
  const run = (command: string): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn('sh', ['-c', command], { cwd: join(folder, 'repository'), env: env() });
      let said = '';
      child.stdout.on('data', (data) => {
        said += data;
      });
      child.on('close', () => resolve(said));
    });

  const order = (id: string, checks: CheckOrder['checks']): CheckOrder => ({
    ...{ id, checks, directory: tree, repository: join(folder, 'repository') },
    ...{ baseCommit: base, own: true },
  });
  const untilDone = (id: string): Promise<CheckRun[]> =>
    eventually(async () => {
      const looked = await lookAtChecks(run, id);
      expect(looked?.state).toBe('done');
      return looked?.runs ?? [];
    });

  test('of every kind are judged right, and leave nothing', async () => {
    const cases = checkCases(folder, 'x1').filter(({ everyTime }) => isLong || everyTime);
    const checks = cases.map(({ command, seconds = 60, onBase = false }) => ({ command, seconds, onBase }));
    const before = git(tree, 'status', '--porcelain');
    expect(await startChecks(run, order('x1', checks))).toBe(true);
    const runs = await untilDone('x1');
    const judged = await judgedBy(cases, runs, secrets, (some) => checkOutputs(run, 'x1', some));
    expect(judged).toEqual(cases.map(({ name, verdict }) => ({ name, verdict, unsaid: [], said: [] })));
    expect(git(tree, 'status', '--porcelain')).toBe(before);
    expect(git(tree, 'worktree', 'list').trim().split('\n')).toHaveLength(2);
    expect(git(tree, 'rev-parse', 'HEAD').trim()).toBe(base);
    expect(await endChecks(run, 'x1')).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['repository', 'tree', 'tries']);
    expect(execFileSync('ps', ['axo', 'args'], { encoding: 'utf8' })).not.toMatch(/^sleep 6[013]$/m);
  });

  test('that are started again run once, and can be ended with all that they have begun', async () => {
    const marker = join(folder, 'begun');
    const command = `echo x >> ${marker}; touch ${tree}/half; (setsid sleep 62 &); sleep 62`;
    const checks = [{ command, seconds: 60, onBase: false }];
    const start = () => startChecks(run, order('x2', checks));
    expect(await Promise.all([start(), start()])).toEqual([true, true]);
    expect(await start()).toBe(true);
    await eventually(() => expect(existsSync(join(tree, 'half'))).toBe(true));
    expect(await lookAtChecks(run, 'x2')).toEqual({ state: 'running', runs: [], now: 0 });
    expect(await endChecks(run, 'x2')).toBe(true);
    expect(execFileSync('wc', ['-l', marker], { encoding: 'utf8' })).toMatch(/^1 /);
    expect(existsSync(join(tree, 'half'))).toBe(false);
    expect(execFileSync('ps', ['axo', 'args'], { encoding: 'utf8' })).not.toMatch(/^sleep 62$/m);
    expect(readdirSync(folder)).not.toContain('opencode-relay-checks-x2');
    expect((await lookAtChecks(run, 'x2'))?.state).toBe('lost');
  });

  test('that have ended are cleaned up, and whoever has their process id by now is left alone', async () => {
    expect(await startChecks(run, order('x5', [{ command: 'true', seconds: 60, onBase: false }]))).toBe(true);
    await untilDone('x5');
    const other = spawn('sleep', ['65']);
    onTestFinished(() => void other.kill());
    writeFileSync(join(folder, 'opencode-relay-checks-x5', 'pid'), `${other.pid}\n`);
    expect(await endChecks(run, 'x5')).toBe(true);
    expect(other.signalCode ?? process.kill(other.pid ?? 0, 0)).toBe(true);
    expect(readdirSync(folder)).not.toContain('opencode-relay-checks-x5');
  });

  test('are none where no command is run, and their output is none where another says so', async () => {
    const silent = async () => null;
    expect(await startChecks(silent, order('x3', []))).toBe(false);
    expect(await lookAtChecks(silent, 'x3')).toBeNull();
    expect(await endChecks(silent, 'x3')).toBe(false);
    const asked = [
      { check: 0, on: 'patch' },
      { check: 1, on: 'again' },
    ] as const;
    expect(await checkOutputs(async () => 'output x\nend', 'x3', asked)).toEqual([null, null]);
    const { checkOutputs: outputsWithoutShell } = checkCalls(silent);
    expect(await outputsWithoutShell({ id: 'x3', repository: folder }, asked)).toEqual([null, null]);
  });

  test('tell what each of them printed within one shell', async () => {
    const said = ['one', 'two'].map((text) => Buffer.from(text).toString('base64')).values();
    const opened: string[] = [];
    const { checkOutputs: outputs } = checkCalls((directory, work) => {
      opened.push(directory);
      return work(async (command) => {
        const nonce = /x4 ([0-9a-f]{16})/.exec(command)?.[1];
        return `${nonce} output ${said.next().value}\n${nonce} end`;
      });
    });
    const runs = [0, 1].map((check) => ({ check, on: 'patch' as const }));
    expect(await outputs({ id: 'x4', repository: folder }, runs)).toEqual(['one', 'two']);
    expect(opened).toEqual([folder]);
  });
});
