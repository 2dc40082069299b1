import { describe, expect, test } from 'vitest';
import { type ExecutionInput, freshPollMemory } from '../../../functions/contract/execution.ts';
import type { SessionLimit } from '../../../functions/contract/metrics.ts';
import type { Seen } from '../../../functions/domain/session/verdict.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { pollSession } from '../../../functions/session/poll-session/poll-session.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePasswords } from '../../support/fakes/passwords.ts';
import { fakePollReports } from '../../support/fakes/poll-reports.ts';
import {
  sampleAnswer,
  sampleExecution,
  sampleJob,
  sampleRef,
  sampleSeen,
  sampleSession,
} from '../../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

type Limits = NonNullable<ExecutionInput['limits']>;

const none: Limits = { costUsd: null, tokens: null, messages: null, minutes: null };
const working = sampleAnswer({ completed: false, finish: null, text: '' });

/** At work, with a sub-agent: $0.50 and 302 tokens together. The poll is eleven minutes after the prompt. */
const atWork: Partial<SessionServer> = {
  observe: async () =>
    sampleSeen({ status: { type: 'busy' }, messages: [working], counted: { upTo: 'msg_2', answers: 1 } }),
  descendants: async () => ['ses_2'],
  session: async (id) => sampleSession({ id }),
};

function prepare(limits: Partial<Limits> | undefined, methods: Partial<SessionServer> = {}) {
  const { servers, calls } = fakeServer({ ...atWork, ...methods });
  const jobs = fakeJobs(sampleJob({ session: sampleRef(), promptedAt: '2027-03-01T11:49:00.000Z' }));
  const reports = fakePollReports();
  const execution = { ...sampleExecution(), ...(limits && { limits: { ...none, ...limits } }) };
  const at = '2027-03-01T12:00:00.000Z';
  const run = (memory = freshPollMemory, attempt = 1) =>
    pollSession(
      { servers, jobs, clock: fakeClock(), passwords: fakePasswords, ...reports },
      { execution, session: sampleRef(), attempt, at, memory },
    );
  return { run, calls, jobs, reports };
}

const names = (calls: string[]) => calls.map((call) => call.replace(/\(.*/, ''));
const look = ['observe'];

describe('a session with limits', () => {
  const cases: [what: string, limits: Partial<Limits>, told: string | undefined, more: string[]][] = [
    ['cost, its sub-agents among it', { costUsd: 0.49 }, '$0.50', ['session', 'descendants', 'session']],
    ['cost within', { costUsd: 0.5 }, undefined, ['session', 'descendants', 'session']],
    ['tokens', { tokens: 301 }, '302 tokens', ['session', 'descendants', 'session']],
    ['tokens within', { tokens: 302 }, undefined, ['session', 'descendants', 'session']],
    ['minutes', { minutes: 11 }, 'at work for 11 minutes', []],
    ['minutes within', { minutes: 12 }, undefined, []],
    ['messages within', { messages: 1 }, undefined, []],
    ['none that is set', {}, undefined, []],
  ];
  test.each(cases)('%s: reads what is limited and freshPollMemory else', async (_, limits, told, more) => {
    const { run, calls } = prepare(limits);
    const { state, active, ending } = await run();
    expect({ state, outcome: ending?.outcome, active }).toEqual(
      told === undefined
        ? { state: 'running', outcome: undefined, active: true }
        : { state: 'ended', outcome: 'budget_exceeded', active: true },
    );
    expect(ending?.cause ?? '').toContain(told ?? '');
    expect(names(calls)).toEqual([...look, ...more]);
  });

  test('messages: all of a long turn are counted, whenever the poll', async () => {
    const observe: SessionServer['observe'] = async (_, { counts }) =>
      sampleSeen({ status: { type: 'busy' }, counted: counts ? { upTo: 'msg_9', answers: 8 } : null });
    expect((await prepare({ messages: 7 }, { observe }).run()).ending).toMatchObject({
      outcome: 'budget_exceeded',
      cause: expect.stringContaining('8 model calls, the limit is 7'),
    });
    expect((await prepare({ messages: 8 }, { observe }).run()).state).toBe('running');
  });

  test('what is cheapest to see is looked at first', async () => {
    const { run, calls } = prepare({ minutes: 1, costUsd: 0.01 });
    expect((await run()).ending?.cause).toContain('maxMinutes');
    expect(names(calls)).toEqual(look);
  });
});

test('minutes that cannot be read are left to the next poll, and told', async () => {
  const { run, reports, jobs } = prepare({ minutes: 1 });
  jobs.get = () => Promise.reject(new Error('throttled'));
  expect((await run()).state).toBe('running');
  expect(reports.open).toEqual(['session_minutes']);
});

describe('a session near a limit', () => {
  test.each<[Partial<Limits>, SessionLimit[]]>([
    [{ minutes: 12 }, ['minutes']],
    [{ minutes: 13 }, []],
    [{ messages: 1 }, ['messages']],
    [{ costUsd: 0.55, tokens: 335 }, ['costUsd', 'tokens']],
    [{ costUsd: 0.56, tokens: 336 }, []],
  ])('of %o is told', async (limits, near) => {
    const { run, reports } = prepare(limits);
    expect((await run()).state).toBe('running');
    expect(reports.near).toEqual(near);
  });

  test('is told at nine tenths of its polls', async () => {
    const { run, reports } = prepare(undefined);
    await run(freshPollMemory, 107);
    expect(reports.near).toEqual([]);
    await run(freshPollMemory, 108);
    expect(reports.near).toEqual(['attempts']);
  });
});

test('without limits freshPollMemory more is read', async () => {
  const { run, calls } = prepare(undefined);
  expect((await run()).state).toBe('running');
  expect(names(calls)).toEqual(look);
});

test('a session that is done is done, whatever it cost', async () => {
  const { run } = prepare(
    { costUsd: 0.01, minutes: 1 },
    { observe: async () => sampleSeen({ messages: [sampleAnswer()] }) },
  );
  expect((await run()).ending?.outcome).toBe('completed');
});

test('a prompt that seems lost is not sent again beyond a limit', async () => {
  const { run, calls } = prepare({ minutes: 5 }, { observe: async () => sampleSeen({ prompt: 'missing' }) });
  const { ending } = await run({ ...freshPollMemory, suspectSince: '2027-03-01T11:50:00.000Z' });
  expect(ending?.outcome).toBe('budget_exceeded');
  expect(names(calls)).not.toContain('prompt');
});

describe('trouble', () => {
  const unreachable = new TaskError('ServerUnreachable', 'connection refused');

  test('of the server does not stop the time', async () => {
    const down = { observe: inTurn<Seen>(unreachable) };
    expect((await prepare({ minutes: 11, costUsd: 0.01 }, down).run()).ending?.outcome).toBe('budget_exceeded');
    expect((await prepare({ minutes: 12, costUsd: 0.01 }, down).run()).memory.unreachablePolls).toBe(1);
  });

  test('while cost is read is remembered as any other', async () => {
    const { run } = prepare({ costUsd: 0.01 }, { session: () => Promise.reject(unreachable) });
    expect(await run()).toMatchObject({
      state: 'running',
      memory: { unreachablePolls: 1, backgroundWork: false, progress: null, progressSince: null },
    });
  });

  test('with the table leaves the time to the next poll', async () => {
    const { run, jobs } = prepare({ minutes: 1 });
    jobs.get = () => Promise.reject(new Error('throttled'));
    expect((await run()).state).toBe('running');
  });
});
