import { describe, expect, test } from 'vitest';
import type { PollMemory } from '../../../functions/contract/execution.ts';
import type { SessionMessage, SessionStatus } from '../../../functions/domain/session/session.ts';
import { messagesToRead } from '../../../functions/domain/session/verdict.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { type PollSessionInput, pollSession } from '../../../functions/session/poll-session/poll-session.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import {
  jobId,
  prompt,
  sampleAnswer,
  sampleCollected,
  sampleExecution,
  sampleJob,
  sampleRef,
  worktree,
} from '../../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const nothing: PollMemory = { suspectSince: null, resent: false, unreachableSince: null, unreachablePolls: 0 };
const busy: SessionStatus = { type: 'busy' };
const working = sampleAnswer({ completed: false, finish: null, text: '' });
const unreachable = new TaskError('ServerUnreachable', 'connection refused');
/** Long past every grace period at the poll of `prepare`. */
const longSuspect: PollMemory = { ...nothing, suspectSince: '2027-03-01T11:50:00.000Z' };

function prepare(methods: Partial<SessionServer>) {
  const { servers, calls } = fakeServer(methods);
  const jobs = fakeJobs(sampleJob({ session: sampleRef(), promptedAt: '2027-03-01T11:49:00.000Z' }));
  const run = (input: Partial<PollSessionInput> = {}) =>
    pollSession(
      { servers, jobs, clock: fakeClock() },
      {
        execution: sampleExecution(),
        session: sampleRef(),
        attempt: 1,
        at: '2027-03-01T12:00:00.000Z',
        memory: nothing,
        ...input,
      },
    );
  return { run, calls, jobs };
}

describe('one look', () => {
  test('at a finished session: status first, then a few messages, and nothing else', async () => {
    const { run, calls } = prepare({ status: async () => null, messages: async () => [sampleAnswer()] });
    expect(await run()).toMatchObject({ state: 'ended', active: false, ending: { outcome: 'completed' } });
    expect(calls).toEqual([`status(${worktree})`, 'messages(ses_1)']);
  });

  test('at a working session asks what it waits for', async () => {
    const { run, calls } = prepare({
      status: async () => busy,
      messages: async () => [working],
      pendingRequests: async () => [],
    });
    expect(await run()).toMatchObject({ state: 'running', active: true, ending: null });
    expect(calls.slice(2)).toEqual([`pendingRequests(${worktree})`]);
  });

  const requests: [whose: string, sessionId: string, outcome: string | undefined][] = [
    ['its own', 'ses_1', 'blocked'],
    ["its sub-agent's", 'ses_2', 'blocked'],
    ["another session's", 'ses_9', undefined],
  ];
  test.each(requests)('at a session with a pending request of %s', async (_, sessionId, outcome) => {
    const { run } = prepare({
      status: async () => busy,
      messages: async () => [working],
      pendingRequests: async () => [{ sessionId, kind: 'permission', subject: 'edit src/app.ts' }],
      descendants: async () => ['ses_2', 'ses_3'],
    });
    expect((await run()).ending?.outcome).toBe(outcome);
  });

  test('a run that only waits for its provider is not asked for pending requests', async () => {
    const { run, calls } = prepare({
      status: async () => ({ type: 'retry', message: 'rate limit', nextAt: Date.parse('2027-03-01T12:00:05.000Z') }),
      messages: async () => [working],
    });
    expect((await run()).activity).toBe('retrying: rate limit');
    expect(calls).toHaveLength(2);
  });

  test('a wait of the provider beyond the last poll is not waited for', async () => {
    // Attempt 119 of 120, 30 s apart: the last poll is at 12:00:30.
    const { run } = prepare({
      status: async () => ({ type: 'retry', message: 'quota', nextAt: Date.parse('2027-03-01T12:00:31.000Z') }),
      messages: async () => [working],
    });
    expect((await run({ attempt: 119 })).ending?.outcome).toBe('session_failed');
  });

  const limits: [what: string, newest: SessionMessage[], attempt: number, read: number[]][] = [
    ['few, where the newest answers ours', [sampleAnswer()], 10, [5]],
    ['many, where there is none yet', [], 1, [5, 256]],
    ['many, after a compaction', [sampleAnswer({ parentId: 'msg_auto' })], 1, [5, 256]],
    ['few, of a long turn', Array.from({ length: 5 }, () => sampleAnswer()), 9, [5]],
    ['many, of a long turn every tenth time', Array.from({ length: 5 }, () => sampleAnswer()), 10, [5, 256]],
  ];
  test.each(limits)('reads %s', async (_, newest, attempt, read) => {
    const asked: number[] = [];
    const { run } = prepare({
      status: async () => null,
      messages: async (_id, limit) => {
        asked.push(limit);
        return newest;
      },
    });
    await run({ attempt });
    expect(asked).toEqual(read);
    expect(messagesToRead).toEqual({ few: 5, many: 256 });
  });
});

describe('trouble', () => {
  test.each(['ServerUnreachable', 'CredentialsRejected'] as const)('%s is remembered, not thrown', async (name) => {
    const { run } = prepare({ status: inTurn<SessionStatus>(new TaskError(name, 'no')) });
    const { state, memory } = await run();
    expect(state).toBe('running');
    expect(memory).toMatchObject({ unreachableSince: '2027-03-01T12:00:00.000Z', unreachablePolls: 1 });
  });

  test('that lasts becomes an ending', async () => {
    const { run } = prepare({ status: inTurn<SessionStatus>(unreachable) });
    const memory = { ...nothing, unreachableSince: '2027-03-01T11:57:00.000Z', unreachablePolls: 5 };
    expect((await run({ memory })).ending?.outcome).toBe('server_unreachable');
  });

  test('that is over is forgotten', async () => {
    const { run } = prepare({
      status: async () => busy,
      messages: async () => [working],
      pendingRequests: async () => [],
    });
    const memory = { ...nothing, unreachableSince: '2027-03-01T11:57:00.000Z', unreachablePolls: 5 };
    expect((await run({ memory })).memory).toEqual(nothing);
  });

  const thrown: [what: string, error: Error][] = [
    ['a lost session', new TaskError('SessionLost', 'gone')],
    ['a fault of our own', new TypeError('bug')],
  ];
  test.each(thrown)('%s is thrown', async (_, error) => {
    const { run } = prepare({ status: inTurn<SessionStatus>(error) });
    await expect(run()).rejects.toBe(error);
  });
});

describe('a prompt that seems lost', () => {
  const silent: Partial<SessionServer> = { status: async () => null, messages: async () => [] };

  test('is sent once more, the same in every part', async () => {
    const sent: Parameters<SessionServer['prompt']>[] = [];
    const { run, jobs } = prepare({
      ...silent,
      prompt: async (...request) => {
        sent.push(request);
      },
    });
    const { state, memory } = await run({ memory: longSuspect });
    expect({ state, resent: memory.resent }).toEqual({ state: 'running', resent: true });
    expect(sent).toMatchObject([['ses_1', { messageId: 'msg_1', partId: 'prt_1', text: prompt, agent: 'build' }]]);
    expect((await jobs.get(jobId))?.promptedAt).toBe('2027-03-01T12:00:00.000Z');
    const again = await run({ memory: { ...longSuspect, resent: true } });
    expect({ sent: sent.length, outcome: again.ending?.outcome }).toEqual({ sent: 1, outcome: 'session_lost' });
  });

  test('and does not get through stays to be sent', async () => {
    const { run } = prepare({ ...silent, prompt: inTurn<void>(unreachable) });
    const { state, memory } = await run({ memory: longSuspect });
    expect({ state, resent: memory.resent, polls: memory.unreachablePolls }).toEqual({
      state: 'running',
      resent: false,
      polls: 1,
    });
  });

  test('is not sent for an execution that was stopped meanwhile', async () => {
    const { run, jobs, calls } = prepare(silent);
    await jobs.finish(jobId, sampleCollected(), '2027-03-01T12:00:00.000Z');
    await expect(run({ memory: longSuspect })).rejects.toMatchObject({ name: 'SessionLost' });
    expect(calls.some((call) => call.startsWith('prompt'))).toBe(false);
  });
});
