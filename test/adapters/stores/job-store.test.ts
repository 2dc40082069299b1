import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../functions/domain/job/job.ts';
import type { JobStore } from '../../../functions/ports.ts';
import { executionArn, sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';
import { storeKinds } from '../../support/store-kinds.ts';

describe.each(storeKinds)('job store in $kind', ({ start }) => {
  let stop: () => Promise<void>;
  let jobs: JobStore;
  let job: Job;
  let count = 0;

  beforeAll(async () => {
    const started = await start();
    stop = started.stop;
    ({ jobs } = started.stores);
  });
  afterAll(() => stop());
  beforeEach(async () => {
    job = await jobs.createOrGet(sampleJob({ id: `job_${count++}` }));
  });

  test('gives back what was stored', async () => {
    expect(await jobs.get(job.id)).toEqual(job);
    expect(await jobs.get('job_unknown')).toBeUndefined();
  });

  test('creating a job twice gives the one that was there first', async () => {
    expect(await jobs.createOrGet({ ...job, prompt: 'another' })).toEqual(job);
    expect(await jobs.get(job.id)).toEqual(job);
  });

  test('lists the jobs in the order asked for and leaves out unknown ones', async () => {
    const other = await jobs.createOrGet(sampleJob({ id: `${job.id}_other` }));
    expect(await jobs.list([other.id, 'job_unknown', job.id])).toEqual([other, job]);
    expect(await jobs.list([])).toEqual([]);
  });

  test('follows a job from start to outcome', async () => {
    const collected = sampleCollected();
    await jobs.markStarted(job.id, executionArn, '2027-03-01T12:00:00.000Z');
    expect(await jobs.recordSession(job.id, sampleRef())).toBe(true);
    expect(await jobs.markPrompted(job.id, '2027-03-01T12:00:01.000Z')).toBe(true);
    expect(await jobs.finish(job.id, collected, '2027-03-01T12:05:00.000Z')).toBe(true);
    expect(await jobs.get(job.id)).toEqual({
      ...job,
      executionArn,
      startedAt: '2027-03-01T12:00:00.000Z',
      session: sampleRef(),
      promptedAt: '2027-03-01T12:00:01.000Z',
      collected,
      finishedAt: '2027-03-01T12:05:00.000Z',
    });
  });

  test('a repeated prompt moves the time from which a cold start is counted', async () => {
    await jobs.markPrompted(job.id, '2027-03-01T12:00:01.000Z');
    expect(await jobs.markPrompted(job.id, '2027-03-01T12:01:01.000Z')).toBe(true);
    expect((await jobs.get(job.id))?.promptedAt).toBe('2027-03-01T12:01:01.000Z');
  });

  test('nothing happens to a settled job: the first outcome stands', async () => {
    await jobs.finish(job.id, sampleCollected({ outcome: 'cancelled' }), '2027-03-01T12:05:00.000Z');
    const decided = await jobs.get(job.id);
    expect(await jobs.finish(job.id, sampleCollected(), '2027-03-01T12:06:00.000Z')).toBe(false);
    expect(await jobs.recordSession(job.id, sampleRef())).toBe(false);
    expect(await jobs.markPrompted(job.id, '2027-03-01T12:06:00.000Z')).toBe(false);
    expect(await jobs.get(job.id)).toEqual(decided);
  });

  test('notes what is still to be done once it has ended, in either order, and of one that is open nothing', async () => {
    await jobs.markAudited(job.id, '2027-03-01T12:04:00.000Z');
    await jobs.markCleared(job.id, '2027-03-01T12:04:00.000Z');
    expect(await jobs.get(job.id)).toEqual(job);
    const other = await jobs.createOrGet(sampleJob({ id: `${job.id}_other` }));
    for (const { id } of [job, other]) await jobs.finish(id, sampleCollected(), '2027-03-01T12:05:00.000Z');
    const done = { auditedAt: '2027-03-01T12:06:00.000Z', clearedAt: '2027-03-01T12:07:00.000Z' };
    await jobs.markAudited(job.id, done.auditedAt);
    await jobs.markCleared(job.id, done.clearedAt);
    await jobs.markCleared(other.id, done.clearedAt);
    await jobs.markAudited(other.id, done.auditedAt);
    expect(await jobs.get(job.id)).toMatchObject(done);
    expect(await jobs.get(other.id)).toMatchObject(done);
  });

  test('remembers what the last poll saw, beside the job', async () => {
    expect(await jobs.getProgress(job.id)).toBeUndefined();
    await jobs.recordProgress(job.id, { attempt: 1, activity: 'working', at: '2027-03-01T12:00:00.000Z' });
    const last = { attempt: 2, activity: 'retrying: rate limit', at: '2027-03-01T12:00:30.000Z' };
    await jobs.recordProgress(job.id, last);
    expect(await jobs.getProgress(job.id)).toEqual(last);
    expect(await jobs.get(job.id)).toEqual(job);
  });

  test('lists the newest first and goes on after any of them, whatever has changed on them', async () => {
    const made: Job[] = [];
    for (let minute = 10; minute < 40; minute++) {
      const createdAt = `2028-01-01T00:${minute}:00.000Z`;
      made.unshift(await jobs.createOrGet(sampleJob({ id: `job_listed${minute}`, createdAt })));
    }
    const taken = async (before: Job | undefined, count: number) => {
      const found: string[] = [];
      for await (const { id } of jobs.listNewest({ before, expected: count })) {
        found.push(id);
        if (found.length === count) break;
      }
      return found;
    };
    await jobs.markStarted('job_listed39', executionArn, '2028-01-01T01:00:00.000Z');
    const ids = made.map(({ id }) => id);
    expect(await taken(undefined, 12)).toEqual(ids.slice(0, 12));
    expect(await taken(made[11], 18)).toEqual(ids.slice(12, 30));
  });

  test('a change never makes half of a job', async () => {
    expect(await jobs.recordSession('job_unknown', sampleRef())).toBe(false);
    expect(await jobs.finish('job_unknown', sampleCollected(), '2027-03-01T12:06:00.000Z')).toBe(false);
    await expect(jobs.markStarted('job_unknown', executionArn, '2027-03-01T12:00:00.000Z')).rejects.toThrow();
    expect(await jobs.get('job_unknown')).toBeUndefined();
  });
});
