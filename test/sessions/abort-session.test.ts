import { describe, expect, test } from 'vitest';
import { TaskError } from '../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../functions/ports.ts';
import { abortSession } from '../../functions/sessions/abort-session.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { sampleExecution, sampleJob, sampleRef } from '../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../support/fakes/server.ts';
import { fakeJobs, fakeLog } from '../support/fakes/stores.ts';

const own = ['ses_1'];
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
  test('aborts until nothing stays at work', async () => {
    const { run, calls } = prepare({ atWork: inTurn<string[]>(own, [], own, []) }, longAgo);
    expect(await run()).toEqual({ status: 'stopped' });
    expect(calls.filter((call) => call === 'abort(ses_1)')).toHaveLength(5);
  });

  test('a sub-agent that outlives its parent is aborted too', async () => {
    const { run, calls } = prepare({ atWork: inTurn<string[]>(['ses_1', 'ses_2'], ['ses_2'], []) }, longAgo);
    expect(await run()).toEqual({ status: 'stopped' });
    expect(calls.filter((call) => call === 'abort(ses_2)')).toHaveLength(2);
    expect(calls.filter((call) => call === 'abort(ses_1)')).toHaveLength(4);
  });

  test('does not believe that nothing is at work while a cold start can still come', async () => {
    // The run starts 4 s after the prompt and would go on for ever: only an abort after that reaches it.
    const clock = fakeClock(now);
    let running = false;
    let started = false;
    const { servers } = fakeServer({
      abort: async () => {
        running = false;
      },
      atWork: async () => {
        if (!started && clock.slept() >= 4_000) started = running = true;
        return running ? own : [];
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
    const { run, clock } = prepare({ atWork: async () => [] });
    expect(await run()).toEqual({ status: 'stopped' });
    expect(clock.slept()).toBe(1_000);
  });

  test.each([
    ['2027-03-01T11:59:55.000Z', 3_000],
    ['2027-03-01T11:59:55.001Z', 4_000],
  ])('an idle status is believed from 8 s after the prompt on (%s)', async (promptedAt, slept) => {
    const { run, clock } = prepare({ atWork: async () => [] }, promptedAt);
    expect(await run()).toEqual({ status: 'stopped' });
    expect(clock.slept()).toBe(slept);
  });

  const answers: [what: string, methods: Partial<SessionServer>, status: string, calls: number][] = [
    ['is gone', { abort: inTurn<void>(new TaskError('SessionLost', 'gone')) }, 'gone', 1],
    ['never becomes idle', { atWork: async () => own }, 'unconfirmed', 60],
    ['cannot be reached', { abort: inTurn<void>(unreachable) }, 'unconfirmed', 30],
    ['answers as another', { abort: inTurn<void>(new TaskError('ServerUnsupported', 'html')) }, 'unconfirmed', 30],
    ['refuses our password', { abort: inTurn<void>(new TaskError('CredentialsRejected', '401')) }, 'unconfirmed', 1],
    ['is back after a moment', { atWork: inTurn<string[]>(unreachable, unreachable, []) }, 'stopped', 8],
  ];
  test.each(answers)('a session or server that %s is no error', async (_, methods, status, count) => {
    const { run, calls } = prepare(methods, longAgo);
    expect(await run()).toEqual({ status });
    expect(calls).toHaveLength(count);
  });

  test('a fault of our own is not swallowed', async () => {
    const { run } = prepare({ atWork: inTurn<string[]>(new TypeError('bug')) }, longAgo);
    await expect(run()).rejects.toThrow('bug');
  });
});

test('a session that may no longer be talked to is given up at once', async () => {
  const refused = new TaskError('EndpointRefused', 'not for this origin');
  const { run, calls } = prepare({ abort: () => Promise.reject(refused) }, longAgo);
  expect(await run()).toEqual({ status: 'unconfirmed' });
  expect(calls).toEqual(['abort(ses_1)']);
});
