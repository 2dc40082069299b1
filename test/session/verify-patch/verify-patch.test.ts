import { describe, expect, test } from 'vitest';
import type { TaskInput } from '../../../functions/contract/execution.ts';
import { limits } from '../../../functions/contract/limits.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { CheckOrder, ChecksSeen, SessionServer } from '../../../functions/ports.ts';
import { verifyPatch } from '../../../functions/session/verify-patch/verify-patch.ts';
import { fakePasswords, fakeScanner, samplePassword } from '../../support/fakes/passwords.ts';
import {
  baseCommit,
  sampleAnswer,
  sampleCollected,
  sampleExecution,
  sampleJob,
  sampleRef,
  sampleSession,
} from '../../support/fakes/samples.ts';
import { fakeServer } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const keptAt = '2027-03-01T12:00:00.000Z';
const minutesLater = (minutes: number) => new Date(Date.parse(keptAt) + minutes * 60_000).toISOString();
const checks = [
  { name: 'unit tests', command: 'npm test -- "{{alert.title}}"', minutes: 5, on: 'base_and_patch' as const },
  { name: 'types', command: 'tsc', minutes: 1 },
];
const kept = (outcome: 'diff_ready' | 'no_changes' | 'diff_too_large' = 'diff_ready') => ({
  ...{ round: 0, checksId: 'c0ffee', at: keptAt, keptFor: null, collected: sampleCollected({ outcome }) },
});
const done = (code: number): ChecksSeen => ({
  state: 'done',
  runs: [
    { check: 0, on: 'patch', code, seconds: 2 },
    { check: 1, on: 'patch', code: 0, seconds: 1 },
  ],
  now: 1,
});

const unreachable = async () => {
  throw new TaskError('ServerUnreachable', 'gone');
};

interface Limited {
  costUsd: number | null;
  minutes?: number;
  messages?: number;
}

function prepare(
  methods: Partial<SessionServer>,
  { job = {}, retries = 0, limited }: { job?: Partial<Job>; retries?: number; limited?: Limited } = {},
) {
  const { servers, calls } = fakeServer({
    endChecks: async () => true,
    descendants: async () => [],
    session: async () => sampleSession(),
    messages: async () => [sampleAnswer(), sampleAnswer()],
    checkOutputs: async (_, runs) => runs.map(() => `well, ${samplePassword} TOKEN`),
    ...methods,
  });
  const jobs = fakeJobs(sampleJob({ kept: kept(), promptedAt: keptAt, ...job }));
  const none = { tokens: null, messages: null, minutes: null };
  const execution = {
    ...sampleExecution(),
    verify: { checks, retries, required: false },
    ...(limited !== undefined && { limits: { ...none, ...limited } }),
  };
  const run = (changes: Partial<TaskInput<'verifyPatch'>> = {}) =>
    verifyPatch(
      { servers, jobs, scanner: fakeScanner, passwords: fakePasswords },
      { execution, session: sampleRef(), attempt: 3, at: minutesLater(1), looks: 1, ...changes },
    );
  return { run, calls };
}

describe('starting checks', () => {
  test('gives the server the commands as the rule has them', async () => {
    const orders: CheckOrder[] = [];
    const { run } = prepare({ startChecks: async (order) => orders.push(order) > 0 });
    expect(await run({ looks: 0 })).toMatchObject({ state: 'running', checks: null });
    expect(orders).toEqual([
      {
        ...{ id: 'c0ffee', directory: sampleRef().directory, repository: sampleRef().repository },
        ...{ baseCommit, own: true },
        checks: [
          { command: 'npm test -- "{{alert.title}}"', seconds: 300, onBase: true },
          { command: 'tsc', seconds: 60, onBase: false },
        ],
      },
    ]);
  });

  test.each([
    ['no_changes', 'there is no patch'],
    ['diff_too_large', 'the diff is too large'],
  ] as const)('runs none of them on %s', async (outcome, note) => {
    const { run, calls } = prepare({}, { job: { kept: kept(outcome) } });
    const { state, checks: told } = await run({ looks: 0 });
    expect(state).toBe('done');
    expect(told?.map((check) => [check.verdict, check.note])).toEqual(checks.map(() => ['not_run', note]));
    expect(calls).toEqual([]);
  });

  test('says so where the server runs no command', async () => {
    const { run } = prepare({ startChecks: async () => false });
    expect((await run({ looks: 0 })).checks).toMatchObject([
      { verdict: 'not_run', note: 'the server runs no command' },
      {},
    ]);
  });

  test('at a server that does not answer is trouble, which the workflow tries again', async () => {
    const { run } = prepare({ startChecks: async () => false, session: unreachable });
    await expect(run({ looks: 0 })).rejects.toMatchObject({ name: 'ServerUnreachable' });
  });

  test('is tried once more at a server that answers again', async () => {
    const answers = [false, true].values();
    const { run } = prepare({ startChecks: async () => answers.next().value ?? false });
    expect(await run({ looks: 0 })).toMatchObject({ state: 'running' });
  });

  test('late takes none of the minutes that they have', async () => {
    const { run } = prepare({
      startChecks: async () => true,
      lookAtChecks: async () => ({ state: 'running', runs: [], now: 0 }),
    });
    await run({ looks: 0, at: minutesLater(30) });
    expect((await run({ at: minutesLater(31) })).state).toBe('running');
  });

  test('of a job that has ended, by a redrive, starts nothing', async () => {
    const collected = sampleCollected({ outcome: 'cancelled' });
    const { run, calls } = prepare({}, { job: { collected } });
    expect(await run({ looks: 0 })).toMatchObject({ state: 'done', checks: [] });
    expect(calls).toEqual([]);
  });

  test('of a turn whose result is not kept is our own fault', async () => {
    const followUp = { round: 1, messageId: 'm', partId: 'p', callsBefore: 1, prompt: 'x' };
    await expect(prepare({}, { job: { followUp } }).run({ looks: 0 })).rejects.toThrow('nothing to verify');
  });
});

describe('a look at checks', () => {
  test('tells which one is at work', async () => {
    const { run } = prepare({ lookAtChecks: async () => ({ state: 'running', runs: [], now: 1 }) });
    expect(await run()).toEqual({ state: 'running', activity: 'checking 2 of 2: types', checks: null });
  });

  test('tells verdicts with what was printed, redacted', async () => {
    const { run } = prepare({ lookAtChecks: async () => done(0) });
    expect(await run()).toEqual({
      state: 'done',
      activity: 'checked',
      checks: checks.map(({ name }, index) => {
        const output = 'well, [password] [sample-token]';
        return { name, verdict: 'passed', exitCode: 0, seconds: 2 - index, output };
      }),
    });
  });

  test('keeps the lines of what was printed where the rule takes something out of it', async () => {
    const checkOutputs: SessionServer['checkOutputs'] = async (_, runs) =>
      runs.map(() => 'one\n\ttwo card 4111-1111\n');
    const { run } = prepare({ lookAtChecks: async () => done(1), checkOutputs }, { job: { redact: ['card [0-9-]+'] } });
    expect((await run()).checks?.map(({ output }) => output)).toEqual(checks.map(() => 'one\n\ttwo [redacted]'));
  });

  test('that the server does not answer is made again, up to the last', async () => {
    const { run } = prepare({ lookAtChecks: unreachable, checkOutputs: unreachable });
    expect(await run()).toMatchObject({ state: 'running' });
    const last = await run({ looks: limits.checkLooks });
    const note = 'the server could not be asked any more';
    expect(last).toMatchObject({
      state: 'done',
      checks: [
        { verdict: 'not_run', note },
        { verdict: 'not_run', note },
      ],
    });
  });

  test('ends them where the server does not do so at their time', async () => {
    const { run } = prepare({ lookAtChecks: async () => ({ state: 'running', runs: [], now: 0 }) });
    // 5 minutes twice and 1, 30 s for each run to be killed, and two minutes more.
    expect((await run({ at: minutesLater(14) })).state).toBe('running');
    expect((await run({ at: minutesLater(15) })).checks?.map(({ verdict }) => verdict)).toEqual([
      'timed_out',
      'not_run',
    ]);
  });

  test('at a server that has lost them tells what had come to its end', async () => {
    const { run } = prepare({
      lookAtChecks: async () => ({ ...done(0), runs: done(0).runs.slice(0, 1), state: 'lost' }),
    });
    expect((await run()).checks).toMatchObject([
      { verdict: 'passed' },
      { verdict: 'not_run', note: 'they ended with the server' },
    ]);
  });
});

describe('a check that failed', () => {
  const failing = { lookAtChecks: async () => done(1) };

  test('goes back to the agent as often as the rule says, also where that answer was lost', async () => {
    const { run, calls } = prepare(failing, { retries: 1 });
    const told = { state: 'correct', checks: [{ verdict: 'failed' }, { verdict: 'passed' }] };
    expect([await run(), await run()]).toMatchObject([told, told]);
    // What it was read from is there until the agent is told.
    expect(calls).not.toContain('endChecks()');
    const turn = { round: 1, messageId: 'm', partId: 'p', callsBefore: 1 };
    expect((await run({ session: sampleRef({ turn }) })).state).toBe('done');
  });

  test.each([
    ['the rule does not say so', {}, {}],
    ['no poll is left', { retries: 2 }, { attempt: 120 }],
    ['its session has used up a limit', { retries: 2, limited: { costUsd: 0.1 } }, {}],
    ['its agent has no model call left', { retries: 2, limited: { costUsd: null, messages: 2 } }, {}],
  ])('is only told where %s', async (_, options, input) => {
    expect((await prepare(failing, options).run(input)).state).toBe('done');
  });

  test('goes back where something is left of each limit', async () => {
    const limited = { costUsd: 5, messages: 3 };
    expect((await prepare(failing, { retries: 2, limited }).run()).state).toBe('correct');
  });

  test('is told all the same where the server does not say what is left of a limit', async () => {
    const silent = { ...failing, session: unreachable };
    const { run } = prepare(silent, { retries: 2, limited: { costUsd: 5 } });
    expect(await run()).toMatchObject({ state: 'done', checks: [{ verdict: 'failed' }, { verdict: 'passed' }] });
  });

  test.each([
    [{ costUsd: null, minutes: 2 }, 'correct'],
    [{ costUsd: 5, minutes: 1 }, 'done'],
  ] as const)('within %o asks for no usage', async (limited, state) => {
    const { run, calls } = prepare(failing, { retries: 2, limited });
    expect((await run()).state).toBe(state);
    expect(calls.filter((call) => /session|descendants/.test(call))).toEqual([]);
  });
});
