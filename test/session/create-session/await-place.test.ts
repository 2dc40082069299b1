import { describe, expect, test } from 'vitest';
import { limits } from '../../../functions/contract/limits.ts';
import type { Switch } from '../../../functions/domain/decision/switch.ts';
import type { JobProgress } from '../../../functions/domain/job/job.ts';
import { type AwaitPlaceDeps, awaitPlace } from '../../../functions/session/create-session/await-place.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePlaces } from '../../support/fakes/places.ts';
import { sampleCollected, sampleExecution, sampleJob } from '../../support/fakes/samples.ts';
import { fakeJobs } from '../../support/fakes/stores.ts';

const START = '2027-03-01T12:00:00.000Z';
const names = ['job_a', 'job_b', 'job_c', 'job_d'] as const;
const executionOf = (jobId: string, maxConcurrent?: number) => ({
  ...sampleExecution(),
  jobId,
  ...(maxConcurrent !== undefined && { maxConcurrent }),
});

function prepare({ turned, store }: { turned?: Switch; store?: Partial<AwaitPlaceDeps['places']> } = {}) {
  const places = fakePlaces();
  const jobs = fakeJobs(...names.map((name) => sampleJob({ input: executionOf(name) })));
  const progress: JobProgress[] = [];
  const clock = fakeClock(START);
  const deps: AwaitPlaceDeps = {
    switch: { read: async () => turned },
    places: { ...places.store, ...store },
    jobs: { get: jobs.get, recordProgress: async (_, noted) => void progress.push(noted) },
    clock,
  };
  const run = async (jobId: string, max?: number, startedAt = START): Promise<string> => {
    try {
      await awaitPlace(deps, { execution: executionOf(jobId, max), startedAt });
      return 'begins';
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    }
  };
  const end = (jobId: string) => jobs.settle(jobId, sampleCollected(), START);
  return { run, end, places, progress, clock, deps };
}

describe('a session of an integration without a limit', () => {
  test('begins at once and asks for no place', async () => {
    const { run, places } = prepare();
    expect(await run('job_a')).toBe('begins');
    expect(places.counted).toEqual({ reads: 0, writes: 0 });
  });
});

describe('a place', () => {
  test('is taken with one read and one write, and held when asked for again', async () => {
    const { run, places } = prepare();
    expect(await run('job_a', 1)).toBe('begins');
    expect(await run('job_a', 1)).toBe('begins');
    expect(places.counted).toEqual({ reads: 2, writes: 1 });
    // 120 polls of 30 + 125 s, an hour around them, and a wait of 6 hours: 12:00 + 12 h 10 min.
    expect(places.placesOf('int_1').holders).toEqual([{ jobId: 'job_a', until: '2027-03-02T00:10:00.000Z' }]);
  });

  test('that is not free is waited for: who has it and who waits is told, to the API too', async () => {
    const { run, progress } = prepare();
    await run('job_a', 1);
    expect(await run('job_b', 1)).toBe(
      'PlaceNotFree: The session waits: the integration int_1 takes 1 at once (maxConcurrentSessions), at work: job_a; it is next.',
    );
    expect(await run('job_c', 1)).toContain('1 wait before it');
    expect(progress.map(({ attempt, activity }) => [attempt, activity.slice(0, 38)])).toEqual([
      [0, 'waiting: the integration int_1 takes 1'],
      [0, 'waiting: the integration int_1 takes 1'],
    ]);
  });

  test('of a job that is settled goes to the first in line', async () => {
    const { run, end, places } = prepare();
    for (const name of names) await run(name, 1);
    await end('job_a');
    expect(await run('job_c', 1)).toContain('PlaceNotFree');
    expect(await run('job_b', 1)).toBe('begins');
    expect(places.placesOf('int_1')).toMatchObject({
      holders: [{ jobId: 'job_b' }],
      waiting: [{ jobId: 'job_c' }, { jobId: 'job_d' }],
    });
  });

  test('waiting costs a read of the row, of each holder for the first in line, and no write', async () => {
    const { run, places, deps } = prepare();
    await run('job_a', 1);
    await run('job_b', 1);
    await run('job_c', 1);
    const asked: string[] = [];
    const { get } = deps.jobs;
    deps.jobs.get = async (id) => {
      asked.push(id);
      return get(id);
    };
    const { writes } = places.counted;
    await run('job_b', 1);
    await run('job_c', 1);
    expect(asked).toEqual(['job_a']);
    expect(places.counted.writes).toBe(writes);
  });

  test('that two ask for at once goes to one of them', async () => {
    const { run, places } = prepare();
    const answers = await Promise.all(names.map((name) => run(name, 2)));
    expect(answers.filter((answer) => answer === 'begins')).toHaveLength(2);
    expect(places.placesOf('int_1')).toMatchObject({ holders: { length: 2 }, waiting: { length: 2 } });
  });

  test('that too many ask for at once is asked for again later', async () => {
    const { run, clock } = prepare({ store: { write: async () => false } });
    expect(await run('job_a', 1)).toContain('PlaceNotFree: The session waits: too many sessions');
    expect(clock.slept()).toBeGreaterThan(0);
  });
});

describe('a pause', () => {
  const turned: Switch = { paused: true, by: 'ops', at: START, reason: 'provider down' };

  test('holds every session up, and says who paused and why', async () => {
    const { run, places } = prepare({ turned });
    expect(await run('job_a', 1)).toBe(
      `PlaceNotFree: The session waits: all starts are paused since ${START} by ops (provider down).`,
    );
    expect(places.counted.reads).toBe(0);
  });

  test('that is over does not', async () => {
    const { run } = prepare({ turned: { ...turned, paused: false } });
    expect(await run('job_a')).toBe('begins');
  });
});

describe('the longest wait', () => {
  const ago = (seconds: number) => new Date(Date.parse(START) - seconds * 1_000).toISOString();

  test('ends it, with what was waited for and what to change', async () => {
    const { run, progress } = prepare();
    await run('job_a', 1);
    expect(await run('job_b', 1, ago(limits.longestWaitSeconds - 1))).toContain('PlaceNotFree');
    const told = await run('job_b', 1, ago(limits.longestWaitSeconds));
    expect(told).toContain(
      'QueueExpired: The session waited for 6 hours and was given up: the integration int_1 takes 1',
    );
    expect(told).toContain('Raise maxConcurrentSessions');
    expect(progress).toHaveLength(1);
  });

  test('does not keep a session from a place that is free at last', async () => {
    const { run } = prepare();
    expect(await run('job_a', 1, ago(limits.longestWaitSeconds + 60))).toBe('begins');
  });
});

test('a note that fails changes nothing', async () => {
  const { run, deps } = prepare();
  deps.jobs.recordProgress = () => Promise.reject(new Error('throttled'));
  await run('job_a', 1);
  expect(await run('job_b', 1)).toContain('PlaceNotFree');
});
