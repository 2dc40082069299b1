import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import type { PauseSwitch } from '../../../functions/domain/decision/pause-switch.ts';
import type { JobProgress } from '../../../functions/domain/job/job.ts';
import { type AwaitSlotDeps, awaitSlot } from '../../../functions/session/create-session/await-slot.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { sampleCollected, sampleExecution, sampleJob } from '../../support/fakes/samples.ts';
import { fakeSlots } from '../../support/fakes/slots.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const START = '2027-03-01T12:00:00.000Z';
const names = ['job_a', 'job_b', 'job_c', 'job_d'] as const;
const executionOf = (jobId: string, maxConcurrent?: number) => ({
  ...sampleExecution(),
  jobId,
  ...(maxConcurrent !== undefined && { maxConcurrent }),
});

function prepare({ pauseSwitch, store }: { pauseSwitch?: PauseSwitch; store?: Partial<AwaitSlotDeps['slots']> } = {}) {
  const slots = fakeSlots();
  const jobs = fakeJobs(...names.map((name) => sampleJob({ input: executionOf(name) })));
  const progress: JobProgress[] = [];
  const clock = fakeClock(START);
  const deps: AwaitSlotDeps = {
    switch: { read: async () => pauseSwitch },
    slots: { ...slots.store, ...store },
    jobs: { get: jobs.get, recordProgress: async (_, noted) => void progress.push(noted) },
    clock,
  };
  const run = async (jobId: string, max?: number, startedAt = START): Promise<string> => {
    try {
      await awaitSlot(deps, { execution: executionOf(jobId, max), startedAt });
      return 'begins';
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    }
  };
  const end = (jobId: string) => jobs.finish(jobId, sampleCollected(), START);
  return { run, end, slots, progress, clock, deps };
}

describe('a session of an integration without a limit', () => {
  test('begins at once and asks for no slot', async () => {
    const { run, slots } = prepare();
    expect(await run('job_a')).toBe('begins');
    expect(slots.counted).toEqual({ reads: 0, writes: 0 });
  });
});

describe('a slot', () => {
  test('is taken with one read and one write, and held when asked for again', async () => {
    const { run, slots } = prepare();
    expect(await run('job_a', 1)).toBe('begins');
    expect(await run('job_a', 1)).toBe('begins');
    expect(slots.counted).toEqual({ reads: 2, writes: 1 });
    // 120 polls of 30 + 252 s, 8 hours around them, and a wait of 6 hours: 12:00 + 23 h 24 min.
    expect(slots.slotsOf('int_1').holders).toEqual([{ jobId: 'job_a', until: '2027-03-02T11:24:00.000Z' }]);
  });

  test('that is not free is waited for: who has it and who waits is told, to the API too', async () => {
    const { run, progress } = prepare();
    await run('job_a', 1);
    expect(await run('job_b', 1)).toBe(
      'SlotNotFree: The session waits: the integration int_1 takes 1 at once (maxConcurrentSessions), at work: job_a; it is next.',
    );
    expect(await run('job_c', 1)).toContain('1 wait before it');
    expect(progress.map(({ attempt, activity }) => [attempt, activity.slice(0, 38)])).toEqual([
      [0, 'waiting: the integration int_1 takes 1'],
      [0, 'waiting: the integration int_1 takes 1'],
    ]);
  });

  test('of a job that is settled goes to the first in line', async () => {
    const { run, end, slots } = prepare();
    for (const name of names) await run(name, 1);
    await end('job_a');
    expect(await run('job_c', 1)).toContain('SlotNotFree');
    expect(await run('job_b', 1)).toBe('begins');
    expect(slots.slotsOf('int_1')).toMatchObject({
      holders: [{ jobId: 'job_b' }],
      waiting: [{ jobId: 'job_c' }, { jobId: 'job_d' }],
    });
  });

  test('of a job that has ended is looked for by the first in line alone', async () => {
    const { run, end, slots } = prepare();
    for (const name of names) await run(name, 1);
    await end('job_a');
    for (const name of ['job_c', 'job_d']) expect(await run(name, 1)).toContain('SlotNotFree');
    expect(slots.slotsOf('int_1').holders).toMatchObject([{ jobId: 'job_a' }]);
    expect(await run('job_b', 1)).toBe('begins');
  });

  test.each([
    [3, 'at work: job_0, job_1, job_2; it is next.'],
    [4, 'at work: job_0, job_1, job_2 and 1 more; it is next.'],
    [6, 'at work: job_0, job_1, job_2 and 3 more; it is next.'],
  ])('of %i that are taken three are named', async (max, sentence) => {
    const { run } = prepare();
    for (let taken = 0; taken < max; taken++) await run(`job_${taken}`, max);
    expect(await run('job_a', max)).toContain(sentence);
  });

  test('waiting costs a read of the row, of each holder for the first in line, and no write', async () => {
    const { run, slots, deps } = prepare();
    await run('job_a', 1);
    await run('job_b', 1);
    await run('job_c', 1);
    const asked: string[] = [];
    const { get } = deps.jobs;
    deps.jobs.get = async (id) => {
      asked.push(id);
      return get(id);
    };
    const { writes } = slots.counted;
    await run('job_b', 1);
    await run('job_c', 1);
    expect(asked).toEqual(['job_a']);
    expect(slots.counted.writes).toBe(writes);
  });

  test('that two ask for at once goes to one of them', async () => {
    const { run, slots } = prepare();
    const answers = await Promise.all(names.map((name) => run(name, 2)));
    expect(answers.filter((answer) => answer === 'begins')).toHaveLength(2);
    expect(slots.slotsOf('int_1')).toMatchObject({ holders: { length: 2 }, waiting: { length: 2 } });
  });

  test('that too many ask for at once is asked for again later', async () => {
    const { run, clock } = prepare({ store: { write: async () => false } });
    expect(await run('job_a', 1)).toContain('SlotNotFree: The session waits: too many sessions');
    expect(clock.slept()).toBeGreaterThan(0);
  });
});

describe('a pause', () => {
  const pauseSwitch: PauseSwitch = { paused: true, by: 'ops', at: START, reason: 'provider down' };

  test('holds every session up, and says who paused and why', async () => {
    const { run, slots } = prepare({ pauseSwitch });
    expect(await run('job_a', 1)).toBe(
      `SlotNotFree: The session waits: all starts are paused since ${START} by ops (provider down).`,
    );
    expect(slots.counted.reads).toBe(0);
  });

  test('that is over does not', async () => {
    const { run } = prepare({ pauseSwitch: { ...pauseSwitch, paused: false } });
    expect(await run('job_a')).toBe('begins');
  });
});

describe('the longest wait', () => {
  const ago = (seconds: number) => new Date(Date.parse(START) - seconds * 1_000).toISOString();

  test('ends it, with what was waited for and what to change', async () => {
    const { run, progress } = prepare();
    await run('job_a', 1);
    expect(await run('job_b', 1, ago(limits.longestWaitSeconds - 1))).toContain('SlotNotFree');
    const told = await run('job_b', 1, ago(limits.longestWaitSeconds));
    expect(told).toContain(
      'QueueExpired: The session waited for 6 hours and was given up: the integration int_1 takes 1',
    );
    expect(told).toContain('Raise maxConcurrentSessions');
    expect(progress).toHaveLength(1);
  });

  test('does not keep a session from a slot that is free at last', async () => {
    const { run } = prepare();
    expect(await run('job_a', 1, ago(limits.longestWaitSeconds + 60))).toBe('begins');
  });
});

test('a note that fails changes nothing', async () => {
  const { run, deps } = prepare();
  deps.jobs.recordProgress = () => Promise.reject(new Error('throttled'));
  await run('job_a', 1);
  expect(await run('job_b', 1)).toContain('SlotNotFree');
});
