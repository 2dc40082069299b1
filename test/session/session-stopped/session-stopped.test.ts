import { describe, expect, test } from 'vitest';
import type { StatusChange } from '../../../functions/contract/status-change.ts';
import {
  executionArn,
  jobId,
  repository,
  sampleCollected,
  sampleExecution,
  sampleJob,
  worktree,
} from '../../support/fakes/samples.ts';
import { inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';
import { alive, event, prepare, prompted, unreachable } from './prepare.ts';

describe('an execution that was stopped', () => {
  test('has its session aborted, its changes kept, its job settled and its outcome published', async () => {
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, calls, results, published } = prepare(jobs);
    expect(await run()).toEqual({ status: 'finished', outcome: 'cancelled' });
    expect(calls.slice(0, 4)).toEqual(['abort(ses_1)', `atWork(${worktree})`, 'abort(ses_1)', `atWork(${worktree})`]);
    expect(calls.at(-1)).toBe(`removeWorktree(${repository})`);
    expect(results.written[0]?.patch).toContain('src/pool.ts');
    const collected = (await jobs.get(jobId))?.collected;
    const { alert, relay, rule } = sampleJob().input;
    const reportUrl = `https://api.test/v0/agents/jobs/${jobId}/report`;
    expect(published).toEqual([
      { jobId, executionArn, alert, relay, rule, catalogue: null, traceparent: null, reportUrl, ...collected },
    ]);
    expect(published[0]?.cause).toMatch(/stopped by an operator/);
    // Whoever stops an execution does not know how often it has looked.
    expect(collected?.polls).toBe(0);
  });

  test('has its cost counted for the budgets of its day', async () => {
    const input = { ...sampleExecution(), budgets: { day: '2027-03-01', scopes: ['rule:rul_1'] } };
    const { run, spent } = prepare(fakeJobs(sampleJob({ ...prompted, input })));
    await run();
    expect(spent).toEqual([`rule:rul_1 2027-03-01 ${jobId} 0.25`]);
  });

  test('has its outcome published again by a repeat, and nothing else done', async () => {
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, calls, published } = prepare(jobs);
    await run();
    const before = calls.length;
    expect(await run()).toEqual({ status: 'published_again', outcome: 'cancelled' });
    expect(calls).toHaveLength(before);
    expect(published[1]).toEqual(published[0]);
  });

  test('has its outcome published by the repeat, where the bus failed the first time', async () => {
    const jobs = fakeJobs(sampleJob(prompted));
    const broken = prepare(jobs, alive, async () => {
      throw new Error('ThrottlingException');
    });
    await expect(broken.run()).rejects.toThrow('ThrottlingException');
    const { run, published } = prepare(jobs);
    await run();
    expect(published.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  const settledBefore: [detail: Partial<StatusChange['detail']>, status: string, events: number][] = [
    [{ status: 'FAILED', error: 'no_changes' }, 'already_finished', 0],
    [{ status: 'FAILED', error: 'OutcomeNotPublished' }, 'published_again', 1],
    [{ status: 'ABORTED' }, 'published_again', 1],
  ];
  test.each(settledBefore)('%o of a settled job: %s', async (detail, status, events) => {
    const job = sampleJob({ ...prompted, collected: sampleCollected(), finishedAt: '2027-03-01T11:59:00.000Z' });
    const { run, published } = prepare(fakeJobs(job));
    expect((await run(event(detail))).status).toBe(status);
    expect(published.map(({ outcome }) => outcome)).toEqual(Array(events).fill('no_changes'));
  });

  test('may be one that no job knows', async () => {
    const { run, calls } = prepare(fakeJobs());
    expect(await run()).toEqual({ status: 'unknown_job' });
    expect(calls).toEqual([]);
  });

  const endings: [detail: Partial<StatusChange['detail']>, outcome: string, cause: RegExp][] = [
    [{ status: 'ABORTED' }, 'cancelled', /stopped by an operator\./],
    [{ status: 'ABORTED', cause: 'False alarm.' }, 'cancelled', /stopped: False alarm\./],
    [{ status: 'TIMED_OUT' }, 'cancelled', /time limit/],
    [{ status: 'FAILED', error: 'session_lost', cause: 'Gone.' }, 'session_lost', /^Gone\./],
    [{ status: 'FAILED', error: 'States.Runtime', cause: 'A path.' }, 'relay_failed', /^A path\./],
    [{ status: 'FAILED' }, 'relay_failed', /Look at its history/],
  ];
  test.each(endings)('%o settles its job', async (detail, outcome, cause) => {
    const jobs = fakeJobs(sampleJob(prompted));
    const { run } = prepare(jobs);
    expect(await run(event(detail))).toEqual({ status: 'finished', outcome });
    expect((await jobs.get(jobId))?.collected?.cause).toMatch(cause);
  });

  test('is recorded although its server is down', async () => {
    const down = inTurn<never>(unreachable);
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, published } = prepare(jobs, { abort: down, workingTreeDiff: down });
    expect(await run()).toEqual({ status: 'finished', outcome: 'cancelled' });
    expect(published[0]?.cause).toContain('is kept: its changes could not be read');
  });
});
