import { describe, expect, test } from 'vitest';
import type { SessionStatus } from '../../functions/domain/session/session.ts';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { abortSession } from '../../functions/sessions/abort-session.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { sampleExecution, sampleJob, sampleRef } from '../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog } from '../support/fakes/stores.ts';

const busy: SessionStatus = { type: 'busy' };
const unreachable = new TaskError('ServerUnreachable', 'connection refused');
const now = '2027-03-01T12:00:00.000Z';
const longAgo = '2027-03-01T11:00:00.000Z';

function prepare(methods: Partial<SessionServer>, promptedAt?: string) {
  const { servers, calls } = fakeServer({ abort: async () => {}, ...methods });
  const clock = fakeClock(now);
  const jobs = fakeJobs(sampleJob(promptedAt === undefined ? {} : { promptedAt }));
  const run = () =>
    abortSession({ servers, jobs, clock, log: fakeLog() }, { execution: sampleExecution(), session: sampleRef() });
  return { run, calls, clock };
}

describe('abort session', () => {
  test('aborts until the status stays absent', async () => {
    const { run, calls } = prepare({ status: inTurn<SessionStatus>(busy, null, busy, null) }, longAgo);
    expect(await run()).toEqual({ status: 'stopped' });
    expect(calls.filter((call) => call === 'abort(ses_1)')).toHaveLength(5);
  });

  test('a retrying session is not idle', async () => {
    const retrying: SessionStatus = { type: 'retry', message: 'rate limit', nextAt: 0 };
    const { run, calls } = prepare({ status: inTurn<SessionStatus>(retrying, null) }, longAgo);
    await run();
    expect(calls.filter((call) => call === 'abort(ses_1)')).toHaveLength(3);
  });

  test('does not believe an idle status while a cold start can still come', async () => {
    // The run starts 4 s after the prompt and would go on for ever: only an abort after that reaches it.
    const clock = fakeClock(now);
    let running = false;
    let started = false;
    const { servers } = fakeServer({
      abort: async () => {
        running = false;
      },
      status: async () => {
        if (!started && clock.slept() >= 4_000) started = running = true;
        return running ? busy : null;
      },
    });
    const jobs = fakeJobs(sampleJob({ promptedAt: now }));
    const aborted = await abortSession(
      { servers, jobs, clock, log: fakeLog() },
      { execution: sampleExecution(), session: sampleRef() },
    );
    expect(aborted).toEqual({ status: 'stopped' });
    expect({ started, running }).toEqual({ started: true, running: false });
  });

  test('is quick where no prompt was sent', async () => {
    const { run, clock } = prepare({ status: async () => null });
    expect(await run()).toEqual({ status: 'stopped' });
    expect(clock.slept()).toBe(1_000);
  });

  test.each([
    ['2027-03-01T11:59:55.000Z', 3_000],
    ['2027-03-01T11:59:55.001Z', 4_000],
  ])('an idle status is believed from 8 s after the prompt on (%s)', async (promptedAt, slept) => {
    const { run, clock } = prepare({ status: async () => null }, promptedAt);
    expect(await run()).toEqual({ status: 'stopped' });
    expect(clock.slept()).toBe(slept);
  });

  const answers: [what: string, methods: Partial<SessionServer>, status: string, calls: number][] = [
    ['is gone', { abort: inTurn<void>(new TaskError('SessionLost', 'gone')) }, 'gone', 1],
    ['never becomes idle', { status: async () => busy }, 'unconfirmed', 60],
    ['cannot be reached', { abort: inTurn<void>(unreachable) }, 'unconfirmed', 30],
    ['answers as another', { abort: inTurn<void>(new TaskError('ServerUnsupported', 'html')) }, 'unconfirmed', 30],
    ['refuses our password', { abort: inTurn<void>(new TaskError('CredentialsRejected', '401')) }, 'unconfirmed', 1],
    ['is back after a moment', { status: inTurn<SessionStatus>(unreachable, unreachable, null) }, 'stopped', 8],
  ];
  test.each(answers)('a session or server that %s is no error', async (_, methods, status, count) => {
    const { run, calls } = prepare(methods, longAgo);
    expect(await run()).toEqual({ status });
    expect(calls).toHaveLength(count);
  });

  test('a fault of our own is not swallowed', async () => {
    const { run } = prepare({ status: inTurn<SessionStatus>(new TypeError('bug')) }, longAgo);
    await expect(run()).rejects.toThrow('bug');
  });
});
