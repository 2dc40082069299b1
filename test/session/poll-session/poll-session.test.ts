import { describe, expect, test, vi } from 'vitest';
import { type ExecutionInput, freshPollMemory, type PollMemory } from '../../../functions/contract/execution.ts';
import type { Look, Seen } from '../../../functions/domain/session/verdict.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import type { SessionServer } from '../../../functions/ports.ts';
import { type PollSessionInput, pollSession } from '../../../functions/session/poll-session/poll-session.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePasswords, samplePassword } from '../../support/fakes/passwords.ts';
import { fakePollReports } from '../../support/fakes/poll-reports.ts';
import {
  jobId,
  prompt,
  sampleAnswer,
  sampleCollected,
  sampleExecution,
  sampleJob,
  sampleRef,
  sampleSeen,
} from '../../support/fakes/samples.ts';
import { fakeServer, inTurn } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const unreachable = new TaskError('ServerUnreachable', 'connection refused');
/** Long past every grace period at the poll of `prepare`. */
const longSuspect: PollMemory = { ...freshPollMemory, suspectSince: '2027-03-01T11:50:00.000Z' };

function prepare(methods: Partial<SessionServer>) {
  const { servers, calls } = fakeServer(methods);
  const jobs = fakeJobs(sampleJob({ session: sampleRef(), promptedAt: '2027-03-01T11:49:00.000Z' }));
  const run = (input: Partial<PollSessionInput> = {}) =>
    pollSession(
      { servers, jobs, clock: fakeClock(), passwords: fakePasswords, ...fakePollReports() },
      {
        execution: sampleExecution(),
        session: sampleRef(),
        attempt: 1,
        at: '2027-03-01T12:00:00.000Z',
        memory: freshPollMemory,
        ...input,
      },
    );
  return { run, calls, jobs };
}

describe('one look', () => {
  test('at a finished session settles it', async () => {
    const { run, calls } = prepare({ observe: async () => sampleSeen({ messages: [sampleAnswer()] }) });
    expect(await run()).toMatchObject({ state: 'ended', active: false, ending: { outcome: 'completed' } });
    expect(calls).toEqual(['observe()']);
  });

  test('at a working session goes on', async () => {
    const { run } = prepare({ observe: async () => sampleSeen({ status: { type: 'busy' } }) });
    expect(await run()).toMatchObject({ state: 'running', active: true, ending: null });
  });

  test('a wait of the provider beyond the last poll is not waited for', async () => {
    // Attempt 119 of 120, 30 s apart: the last poll is at 12:00:30.
    const status = { type: 'retry', message: 'quota', nextAt: Date.parse('2027-03-01T12:00:31.000Z') } as const;
    const { run } = prepare({ observe: async () => sampleSeen({ status }) });
    expect((await run({ attempt: 119 })).ending?.outcome).toBe('session_failed');
  });

  const none = { costUsd: null, tokens: null, messages: null, minutes: null };
  const looks: [attempt: number, limits: ExecutionInput['limits'], look: Omit<Look, 'counted'>][] = [
    [9, undefined, { newest: 0, counts: false }],
    [10, undefined, { newest: 5, counts: true }],
    [9, { ...none, messages: 7 }, { newest: 0, counts: true }],
    [9, { ...none, stallMinutes: 5 }, { newest: 1, counts: false }],
  ];
  test.each(looks)('reads of a session at work what it needs (poll %i, limits %j)', async (attempt, limits, look) => {
    const asked: unknown[] = [];
    const counted = { upTo: 'msg_9', answers: 6 };
    const observe: SessionServer['observe'] = async (_, options) => {
      asked.push(options);
      return sampleSeen({ status: { type: 'busy' }, counted: options.counts ? { upTo: 'msg_10', answers: 7 } : null });
    };
    const execution = { ...sampleExecution(), ...(limits && { limits }) };
    const { memory } = await prepare({ observe }).run({ execution, attempt, memory: { ...freshPollMemory, counted } });
    expect(asked).toEqual([{ ...look, counted }]);
    expect(memory.counted).toEqual(look.counts ? { upTo: 'msg_10', answers: 7 } : counted);
  });

  test.each([
    [1, 'activity'],
    [119, 'cause'],
  ] as const)(
    'that quotes the provider at attempt %i, in its %s, reads job and password once',
    async (attempt, where) => {
      const message = `quota of ${samplePassword}`;
      const nextAt = Date.parse('2027-03-01T12:00:31.000Z');
      const { run, jobs } = prepare({
        observe: async () => sampleSeen({ status: { type: 'retry', message, nextAt } }),
      });
      const reads = [vi.spyOn(jobs, 'get'), vi.spyOn(fakePasswords, 'read')];
      const { activity, ending } = await run({ attempt });
      expect({ activity, cause: ending?.cause }[where]).toContain('[password]');
      for (const read of reads) expect(read).toHaveBeenCalledOnce();
    },
  );

  test('at a working session reads no job', async () => {
    const { run, jobs } = prepare({ observe: async () => sampleSeen({ status: { type: 'busy' } }) });
    const get = vi.spyOn(jobs, 'get');
    await run();
    expect(get).not.toHaveBeenCalled();
  });

  test('is one by the dialect of the session', async () => {
    const observe = async () => sampleSeen({ messages: [sampleAnswer()] });
    const { run } = prepare({ observe });
    expect((await run({ session: sampleRef({ dialect: 'v2' }) })).activity).toBe('suspect: stopped without an end');
  });
});

describe('trouble', () => {
  test.each(['ServerUnreachable', 'CredentialsRejected'] as const)('%s is remembered, not thrown', async (name) => {
    const { run } = prepare({ observe: inTurn<Seen>(new TaskError(name, 'no')) });
    const { state, memory } = await run();
    expect(state).toBe('running');
    expect(memory).toMatchObject({
      unreachableSince: '2027-03-01T12:00:00.000Z',
      unreachablePolls: 1,
      backgroundWork: false,
      progress: null,
      progressSince: null,
    });
  });

  test('that lasts becomes an ending', async () => {
    const { run } = prepare({ observe: inTurn<Seen>(unreachable) });
    const memory = {
      ...freshPollMemory,
      unreachableSince: '2027-03-01T11:57:00.000Z',
      unreachablePolls: 5,
      backgroundWork: false,
      progress: null,
      progressSince: null,
    };
    expect((await run({ memory })).ending?.outcome).toBe('server_unreachable');
  });

  test('that is over is forgotten', async () => {
    const { run } = prepare({ observe: async () => sampleSeen({ status: { type: 'busy' } }) });
    const memory = {
      ...freshPollMemory,
      unreachableSince: '2027-03-01T11:57:00.000Z',
      unreachablePolls: 5,
      backgroundWork: false,
      progress: null,
      progressSince: null,
    };
    expect((await run({ memory })).memory).toEqual(freshPollMemory);
  });

  const thrown: [what: string, error: Error][] = [
    ['a lost session', new TaskError('SessionLost', 'gone')],
    ['a fault of our own', new TypeError('bug')],
  ];
  test.each(thrown)('%s is thrown', async (_, error) => {
    const { run } = prepare({ observe: inTurn<Seen>(error) });
    await expect(run()).rejects.toBe(error);
  });
});

describe('a prompt that seems lost', () => {
  const silent: Partial<SessionServer> = { observe: async () => sampleSeen({ prompt: 'missing' }) };

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

test('a session whose origin was taken away ends, and the operator is told that it may still be at work', async () => {
  const refused = new TaskError('EndpointRefused', 'The password of integration int_1 may go to https://a only.');
  const { run } = prepare({ observe: () => Promise.reject(refused) });
  await expect(run()).rejects.toMatchObject({
    name: 'EndpointRefused',
    message: expect.stringMatching(/int_1 may go to https:\/\/a only\. The session may still be at work/),
  });
});
