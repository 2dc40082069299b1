import { describe, expect, test } from 'vitest';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { JobStore } from '../../../functions/ports.ts';
import { jobId, repository, sampleJob, sampleRef, sampleSession, worktree } from '../../support/fakes/samples.ts';
import { inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';
import { alive, prepare, prompted } from './prepare.ts';

describe('an execution that was stopped while its session was being created', () => {
  test('has the session found by its title', async () => {
    const { run, published, calls } = prepare(fakeJobs(sampleJob()));
    await run();
    expect(published[0]?.session?.id).toBe('ses_1');
    expect(calls.at(-1)).toBe(`removeWorktree(${repository})`);
  });

  test('has a session found that appears a moment later', async () => {
    const findSession = inTurn(undefined, sampleSession());
    const { run, published } = prepare(fakeJobs(sampleJob()), { ...alive, findSession });
    await run();
    expect(published[0]?.session?.id).toBe('ses_1');
  });

  test('has a worktree without a session given back', async () => {
    const { run, published, calls, clock } = prepare(fakeJobs(sampleJob()), {
      ...alive,
      findSession: async () => undefined,
    });
    await run();
    expect(published[0]).toMatchObject({ outcome: 'cancelled', session: null, result: null });
    expect(calls.slice(-2)).toEqual([`disposeInstance(${worktree})`, `removeWorktree(${repository})`]);
    expect(clock.slept()).toBe(4_000);
  });

  const silent: [name: 'ServerUnreachable' | 'CredentialsRejected', looks: number][] = [
    ['ServerUnreachable', 3],
    ['CredentialsRejected', 1],
  ];
  test.each(silent)('is recorded although its server answers %s', async (name, looks) => {
    const { run, published, calls } = prepare(fakeJobs(sampleJob()), {
      recognise: inTurn<never>(new TaskError(name, 'no')),
    });
    expect(await run()).toEqual({ status: 'finished', outcome: 'cancelled' });
    expect(published).toHaveLength(1);
    expect(calls).toHaveLength(looks);
  });

  test.each([
    [12_999, 2],
    [15_000, 1],
  ])('asks a server that says nothing for %i ms %i times', async (takesMs, looks) => {
    const prepared = prepare(fakeJobs(sampleJob()), {
      recognise: async () => {
        await prepared.clock.sleep(takesMs);
        throw new TaskError('ServerUnreachable', 'no');
      },
    });
    await prepared.run();
    expect(prepared.calls).toHaveLength(looks);
  });

  test('ends a session that the running function recorded after we looked', async () => {
    const stored = fakeJobs(sampleJob());
    const jobs: JobStore = {
      ...stored,
      finish: async (...outcome) => {
        await stored.recordSession(jobId, sampleRef());
        return stored.finish(...outcome);
      },
    };
    const { run, calls } = prepare(jobs, {
      ...alive,
      listWorktrees: async () => [],
      findSession: async () => undefined,
    });
    await run();
    expect(calls.slice(-3)).toEqual([
      `atWork(${worktree})`,
      `disposeInstance(${worktree})`,
      `removeWorktree(${repository})`,
    ]);
    expect(calls).toContain('abort(ses_1)');
  });

  test('ends a prompt that left after the first abort', async () => {
    const stored = fakeJobs(sampleJob({ session: sampleRef() }));
    const jobs: JobStore = {
      ...stored,
      finish: async (...outcome) => {
        await stored.markPrompted(jobId, '2027-03-01T12:00:00.000Z');
        return stored.finish(...outcome);
      },
    };
    const { run, calls, clock } = prepare(jobs);
    await run();
    expect(calls.at(-1)).toBe(`atWork(${worktree})`);
    expect(clock.slept()).toBeGreaterThanOrEqual(8_000);
  });

  test('ends a prompt about failed checks that left after the first abort', async () => {
    const stored = fakeJobs(sampleJob(prompted));
    const followUp = { round: 1, messageId: 'm', partId: 'p', callsBefore: 1, prompt: 'x' };
    const jobs: JobStore = {
      ...stored,
      finish: async (...outcome) => {
        await stored.recordVerification(jobId, { followUp });
        return stored.finish(...outcome);
      },
    };
    const { run, calls } = prepare(jobs);
    await run();
    expect(calls.at(-1)).toBe(`atWork(${worktree})`);
  });
});
