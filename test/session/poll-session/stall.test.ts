import { describe, expect, test } from 'vitest';
import { freshPollMemory, type PollResult } from '../../../functions/contract/execution.ts';
import type { SessionMessage } from '../../../functions/domain/session/session.ts';
import type { Seen } from '../../../functions/domain/session/verdict.ts';
import { TaskError } from '../../../functions/domain/task/errors.ts';
import { pollSession } from '../../../functions/session/poll-session/poll-session.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePasswords } from '../../support/fakes/passwords.ts';
import { fakePollReports } from '../../support/fakes/poll-reports.ts';
import { sampleAnswer, sampleExecution, sampleJob, sampleRef, sampleSeen } from '../../support/fakes/samples.ts';
import { fakeServer } from '../../support/fakes/server.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const step = (progress: string, changes: Partial<SessionMessage> = {}) =>
  sampleAnswer({ completed: false, finish: null, text: '', progress, ...changes });
const busy = (...messages: SessionMessage[]) => sampleSeen({ status: { type: 'busy' }, messages });

interface Look {
  seen: Seen | TaskError;
  child?: SessionMessage;
}

/** One poll a minute, each with the memory of the one before; the answers of all. */
async function poll(looks: Look[], stallMinutes: number | undefined = 5): Promise<PollResult[]> {
  const results: PollResult[] = [];
  let memory = freshPollMemory;
  for (const [minute, { seen, child }] of looks.entries()) {
    const { servers } = fakeServer({
      observe: async () => {
        if (seen instanceof TaskError) throw seen;
        return seen;
      },
      messages: async () => (child ? [child] : []),
    });
    const limits = {
      costUsd: null,
      tokens: null,
      messages: null,
      minutes: null,
      ...(stallMinutes && { stallMinutes }),
    };
    const execution = { ...sampleExecution(), limits };
    const jobs = fakeJobs(sampleJob({ session: sampleRef(), promptedAt: '2027-03-01T11:49:00.000Z' }));
    const at = new Date(Date.parse('2027-03-01T12:00:00.000Z') + minute * 60_000).toISOString();
    const input = { execution, session: sampleRef(), attempt: minute + 1, at, memory };
    const result = await pollSession(
      { servers, jobs, clock: fakeClock(), passwords: fakePasswords, ...fakePollReports() },
      input,
    );
    results.push(result);
    memory = result.memory;
  }
  return results;
}

const outcomes = (results: PollResult[]) => results.map(({ ending }) => ending?.outcome ?? 'running');
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const still = { seen: busy(step('a')) };

describe('a session in which nothing moves', () => {
  test('for as long as its rule allows is stopped, and what it did is kept', async () => {
    const results = await poll(times(6, still));
    expect(outcomes(results)).toEqual([...times(5, 'running'), 'session_stalled']);
    expect(results.at(-1)).toMatchObject({
      state: 'ended',
      active: true,
      ending: { cause: expect.stringMatching(/for 5 minutes.*stallMinutes.*chunkTimeout/) },
    });
  });

  test.each<[what: string, moved: Look]>([
    ['a part, a tool or a token', { seen: busy(step('b')) }],
    ['a message', { seen: busy(step('a'), step('a', { id: 'msg_3' })) }],
  ])('%s counts anew', async (_, moved) => {
    expect(outcomes(await poll([...times(5, still), ...times(5, moved)]))).toEqual(times(10, 'running'));
  });

  test('the work of a sub-agent is work', async () => {
    const seen = { ...busy(step('a')), descendants: ['ses_2'] };
    const working = Array.from({ length: 8 }, (_, index) => ({ seen, child: step(`${index}`) }));
    expect(outcomes(await poll(working))).toEqual(times(8, 'running'));
    expect(outcomes(await poll(times(6, { seen, child: step('a') })))).toContain('session_stalled');
  });

  test('a wait for the provider that the server tells is no stall, and nor is a server that does not answer', async () => {
    const retry = {
      seen: sampleSeen({ status: { type: 'retry', message: 'quota', nextAt: 0 }, messages: [step('a')] }),
    };
    expect(outcomes(await poll([...times(4, still), ...times(6, retry), ...times(4, still)]))).not.toContain(
      'session_stalled',
    );
    const silent = { seen: new TaskError('ServerUnreachable', 'slow') };
    expect(outcomes(await poll([...times(4, still), silent, ...times(4, still)]))).not.toContain('session_stalled');
  });

  test('a view of more messages is no progress', async () => {
    const long = {
      seen: busy(step('1', { id: 'msg_1' }), ...['2', '3', '4'].map((id) => step(id, { id: `msg_${id}` }))),
    };
    const short = { seen: busy(...['2', '3', '4'].map((id) => step(id, { id: `msg_${id}` }))) };
    expect(outcomes(await poll([long, short, long, short, long, short])).at(-1)).toBe('session_stalled');
  });

  test('goes on where its rule has no such limit', async () => {
    expect(outcomes(await poll(times(30, still), 0))).toEqual(times(30, 'running'));
  });
});
