import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TaskError } from '../../functions/domain/task/errors.ts';
import {
  baseCommit,
  jobId,
  repository,
  sampleDiff,
  sampleExecution,
  sampleRef,
  worktree,
} from '../support/fakes/samples.ts';
import { inTurn } from '../support/fakes/server.ts';
import { fakeResults } from '../support/fakes/stores.ts';
import { prepareCollecting } from './prepare.ts';

const released = [`disposeInstance(${worktree})`, `removeWorktree(${repository})`];

describe('collect result of a completed session', () => {
  test('stores patch, answer and manifest, settles the job and gives the worktree back', async () => {
    const { run, results, jobs, calls } = prepareCollecting({
      workingTreeDiff: async () => [sampleDiff('src/pool.ts')],
    });
    const collected = await run();
    const patch = results.written[0]?.patch ?? '';
    const patchSha256 = createHash('sha256').update(patch).digest('hex');
    expect(patch).toContain('diff --git a/src/pool.ts b/src/pool.ts');
    expect(collected).toEqual({
      outcome: 'diff_ready',
      cause: `The agent changed 1 file (+1 -1). Review the patch and apply it with "git apply" on commit ${baseCommit.slice(0, 12)}.`,
      polls: 3,
      session: { id: 'ses_1', url: sampleRef().url, serverVersion: '1.18.33' },
      result: {
        bucket: 'results',
        patch: `${jobId}/patch.diff`,
        answer: `${jobId}/answer.md`,
        manifest: `${jobId}/manifest.json`,
        patchSha256,
        files: 1,
        additions: 1,
        deletions: 1,
        baseCommit,
      },
      tokens: { input: 100, output: 25, reasoning: 5, cacheRead: 20, cacheWrite: 1 },
      costUsd: 0.25,
      checks: null,
    });
    expect(results.written[0]?.answer).toBe('Fixed: the pool was too small.');
    expect((await jobs.get(jobId))?.collected).toEqual(collected);
    expect(calls.slice(-2)).toEqual(released);
  });

  test('the manifest names everything an audit asks for', async () => {
    const { run, results } = prepareCollecting({ workingTreeDiff: async () => [sampleDiff('src/pool.ts')] });
    const collected = await run();
    expect(results.written[0]?.manifest).toMatchObject({
      jobId,
      createdAt: '2027-03-01T12:00:00.000Z',
      outcome: 'diff_ready',
      alert: { id: 'alr_1' },
      relay: { id: 'rly_1' },
      rule: { id: 'rul_1', version: 3 },
      promptSha256: sampleExecution().prompt.sha256,
      session: { id: 'ses_1', url: sampleRef().url, serverVersion: '1.18.33' },
      workspace: { directory: worktree, worktree: true, kept: false },
      baseCommit,
      patchSha256: collected.result?.patchSha256,
      patchCheck: 'applied',
      diffSource: 'working_tree',
      totals: { files: 1, additions: 1, deletions: 1 },
      files: [{ path: 'src/pool.ts', status: 'modified', additions: 1, deletions: 1 }],
      withheld: [],
      skipped: [],
      unread: [],
      notes: [],
      costUsd: 0.25,
    });
  });

  test('an answer alone is no_changes', async () => {
    const { run, results } = prepareCollecting({});
    const { outcome, cause, result } = await run();
    expect({ outcome, patch: result?.patch, sha: result?.patchSha256 }).toEqual({
      outcome: 'no_changes',
      patch: null,
      sha: null,
    });
    expect(cause).toMatch(/Read its answer/);
    expect(results.written[0]?.answer).toBe('Fixed: the pool was too small.');
  });

  test('secrets stay out of the patch and are named', async () => {
    const env = sampleDiff('.env', { status: 'added', patch: '@@ -0,0 +1,1 @@\n+TOKEN=s3cret\n', deletions: 0 });
    const { run, results } = prepareCollecting({ workingTreeDiff: async () => [env, sampleDiff('src/pool.ts')] });
    const collected = await run();
    expect(collected).toMatchObject({ outcome: 'diff_ready', result: { files: 1 } });
    expect(collected.cause).toContain('Not in the patch, because they may hold secrets: .env.');
    expect(results.written[0]?.manifest).toMatchObject({ withheld: ['.env'] });
    expect(JSON.stringify(results.written)).not.toContain('s3cret');
  });

  test('a worktree whose only change is withheld is kept, and the cause says so', async () => {
    const { run, calls } = prepareCollecting({ workingTreeDiff: async () => [sampleDiff('config/prod.env')] });
    const { outcome, cause, result } = await run();
    expect({ outcome, patch: result?.patch }).toEqual({ outcome: 'no_changes', patch: null });
    expect(cause).toMatch(/changed only files that no patch holds.*config\/prod\.env.*is kept/);
    expect(calls.slice(-1)).toEqual([`disposeInstance(${worktree})`]);
  });

  test('a worktree with binary changes is kept, because no patch holds them', async () => {
    const logo = sampleDiff('logo.png', { patch: '', additions: 0, deletions: 0 });
    const { run, results, calls } = prepareCollecting({
      workingTreeDiff: async () => [logo, sampleDiff('src/pool.ts')],
    });
    const { cause, result } = await run();
    expect(cause).toContain('no usable content, as of binary files: logo.png.');
    expect(cause).toContain(`The worktree ${worktree} is kept`);
    expect(result?.files).toBe(1);
    expect(results.written[0]?.manifest).toMatchObject({ skipped: ['logo.png'], workspace: { kept: true } });
    expect(calls.slice(-1)).toEqual([`disposeInstance(${worktree})`]);
  });

  test('trouble is thrown, so that the workflow tries again', async () => {
    const trouble = new TaskError('ServerUnreachable', 'connection reset');
    const { run, results, jobs, calls } = prepareCollecting({ descendants: inTurn<string[]>(trouble) });
    await expect(run()).rejects.toBe(trouble);
    expect(results.written).toEqual([]);
    expect((await jobs.get(jobId))?.finishedAt).toBeUndefined();
    expect(calls.filter((call) => released.includes(call))).toEqual([]);
  });

  test('a result that cannot be stored costs neither outcome nor worktree', async () => {
    const { run, jobs, calls } = prepareCollecting(
      { workingTreeDiff: async () => [sampleDiff('src/pool.ts')] },
      { results: { ...fakeResults(), write: inTurn<never>(new Error('SlowDown')) } },
    );
    await expect(run()).rejects.toThrow('SlowDown');
    expect((await jobs.get(jobId))?.finishedAt).toBeUndefined();
    expect(calls.filter((call) => released.includes(call))).toEqual([]);
  });

  test('a kept workspace is only disposed of', async () => {
    const execution = sampleExecution({ keepWorkspace: true });
    const { run, calls } = prepareCollecting({});
    expect((await run({ execution })).cause).toContain('is kept: the rule asks for it');
    expect(calls.slice(-1)).toEqual([`disposeInstance(${worktree})`]);
  });

  test('one that cannot be disposed of is removed all the same, and both are waited for', async () => {
    const trouble = inTurn<void>(new TaskError('ServerUnreachable', 'reset'));
    const done: string[] = [];
    const { run, log } = prepareCollecting({
      disposeInstance: async () => {
        // Longer than all that comes after it, were that not to wait.
        for (let turn = 0; turn < 50; turn++) await setImmediate();
        done.push('disposed');
        await trouble();
      },
      removeWorktree: async () => void done.push('removed'),
    });
    await run();
    expect(done).toEqual(['disposed', 'removed']);
    expect(log.warnings).toEqual(['Workspace not released: ServerUnreachable']);
  });

  test('a worktree that cannot be removed is no failure', async () => {
    const trouble = inTurn<void>(new TaskError('ServerUnreachable', 'reset'));
    const { run, log } = prepareCollecting({ removeWorktree: trouble });
    expect((await run()).outcome).toBe('no_changes');
    expect(log.warnings).toEqual(['Workspace not released: ServerUnreachable']);
  });
});
