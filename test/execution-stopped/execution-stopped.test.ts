import { describe, expect, test } from 'vitest';
import { TaskError } from '../../functions/domain/errors.ts';
import type { Job } from '../../functions/domain/job.ts';
import { type StatusChange, statusChangeSchema } from '../../functions/execution-stopped/event.ts';
import { executionStopped } from '../../functions/execution-stopped/execution-stopped.ts';
import type { JobStore, SessionServer } from '../../functions/ports.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import {
  baseCommit,
  executionArn,
  jobId,
  repository,
  sampleAnswer,
  sampleDiff,
  sampleJob,
  sampleRef,
  sampleSession,
  worktree,
} from '../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog, fakePublisher, fakeResults } from '../support/fakes/stores.ts';

const prompted: Partial<Job> = { session: sampleRef(), promptedAt: '2027-03-01T11:50:00.000Z' };
const unreachable = new TaskError('ServerUnreachable', 'connection refused');

/** A server that holds the session and a half-done change. */
const alive: Partial<SessionServer> = {
  version: async () => '1.18.33',
  resolveDirectory: async () => repository,
  listWorktrees: async () => [worktree],
  findSession: async () => sampleSession(),
  abort: async () => {},
  status: async () => null,
  turnDiff: async () => [],
  isClean: async () => false,
  headCommit: async () => baseCommit,
  workingTreeDiff: async () => [sampleDiff('src/pool.ts')],
  messages: async () => [sampleAnswer()],
  session: async () => sampleSession(),
  descendants: async () => [],
  disposeInstance: async () => {},
  removeWorktree: async () => {},
};

const event = (detail: Partial<StatusChange['detail']> = {}) =>
  statusChangeSchema.parse({
    version: '0',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { executionArn, name: jobId, status: 'ABORTED', input: '{"cut', error: null, cause: null, ...detail },
  });

function prepare(jobs: JobStore, methods: Partial<SessionServer> = alive) {
  const { servers, calls } = fakeServer(methods);
  const publisher = fakePublisher();
  const results = fakeResults();
  const clock = fakeClock();
  const run = (stopped = event()) =>
    executionStopped({ servers, jobs, results, clock, log: fakeLog(), publisher }, stopped);
  return { run, calls, results, clock, published: publisher.published };
}

describe('an execution that was stopped', () => {
  test('has its session aborted, its changes kept, its job settled and its outcome published', async () => {
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, calls, results, published } = prepare(jobs);
    expect(await run()).toEqual({ status: 'settled', outcome: 'cancelled' });
    expect(calls.slice(0, 4)).toEqual(['abort(ses_1)', `status(${worktree})`, 'abort(ses_1)', `status(${worktree})`]);
    expect(calls.at(-1)).toBe(`removeWorktree(${repository})`);
    expect(results.written[0]?.patch).toContain('src/pool.ts');
    const collected = (await jobs.get(jobId))?.collected;
    const { alert, relay, rule } = sampleJob().input;
    expect(published).toEqual([{ jobId, executionArn, alert, relay, rule, ...collected }]);
    expect(published[0]?.cause).toMatch(/stopped by an operator/);
  });

  test('is dealt with once: the second event finds it settled', async () => {
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, calls, published } = prepare(jobs);
    await run();
    const before = calls.length;
    expect(await run()).toEqual({ status: 'already_settled' });
    expect({ calls: calls.length, published: published.length }).toEqual({ calls: before, published: 1 });
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
    const { run, published } = prepare(fakeJobs(sampleJob(prompted)));
    expect(await run(event(detail))).toEqual({ status: 'settled', outcome });
    expect(published[0]?.cause).toMatch(cause);
  });

  test('is recorded although its server is down', async () => {
    const down = inTurn<never>(unreachable);
    const jobs = fakeJobs(sampleJob(prompted));
    const { run, published } = prepare(jobs, { abort: down, isClean: down });
    expect(await run()).toEqual({ status: 'settled', outcome: 'cancelled' });
    expect(published[0]?.cause).toContain('is kept: its changes could not be read');
  });
});

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
      resolveDirectory: inTurn<never>(new TaskError(name, 'no')),
    });
    expect(await run()).toEqual({ status: 'settled', outcome: 'cancelled' });
    expect(published).toHaveLength(1);
    expect(calls).toHaveLength(looks);
  });

  test('ends a session that the running function recorded after we looked', async () => {
    const stored = fakeJobs(sampleJob());
    const jobs: JobStore = {
      ...stored,
      settle: async (...outcome) => {
        await stored.recordSession(jobId, sampleRef());
        return stored.settle(...outcome);
      },
    };
    const { run, calls } = prepare(jobs, {
      ...alive,
      listWorktrees: async () => [],
      findSession: async () => undefined,
    });
    await run();
    expect(calls.slice(-3)).toEqual([
      `status(${worktree})`,
      `disposeInstance(${worktree})`,
      `removeWorktree(${repository})`,
    ]);
    expect(calls).toContain('abort(ses_1)');
  });

  test('ends a prompt that left after the first abort', async () => {
    const stored = fakeJobs(sampleJob({ session: sampleRef() }));
    const jobs: JobStore = {
      ...stored,
      settle: async (...outcome) => {
        await stored.markPrompted(jobId, '2027-03-01T12:00:00.000Z');
        return stored.settle(...outcome);
      },
    };
    const { run, calls, clock } = prepare(jobs);
    await run();
    expect(calls.at(-1)).toBe(`status(${worktree})`);
    expect(clock.slept()).toBeGreaterThanOrEqual(8_000);
  });
});
