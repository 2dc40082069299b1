import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import type { Job } from '../../../functions/domain/job.ts';
import type { JobStore } from '../../../functions/ports.ts';
import { executionArn, sampleCollected, sampleJob, sampleRef } from '../../support/fakes/samples.ts';
import { startTable } from '../../support/table.ts';

describe('job store', () => {
  let stop: () => Promise<void>;
  let jobs: JobStore;
  let job: Job;
  let count = 0;

  beforeAll(async () => {
    const started = await startTable();
    stop = started.stop;
    jobs = createJobStore(started.table);
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
    expect(await jobs.settle(job.id, collected, '2027-03-01T12:05:00.000Z')).toBe(true);
    expect(await jobs.get(job.id)).toEqual({
      ...job,
      executionArn,
      startedAt: '2027-03-01T12:00:00.000Z',
      session: sampleRef(),
      promptedAt: '2027-03-01T12:00:01.000Z',
      collected,
      settledAt: '2027-03-01T12:05:00.000Z',
    });
  });

  test('a repeated prompt moves the time from which a cold start is counted', async () => {
    await jobs.markPrompted(job.id, '2027-03-01T12:00:01.000Z');
    expect(await jobs.markPrompted(job.id, '2027-03-01T12:01:01.000Z')).toBe(true);
    expect((await jobs.get(job.id))?.promptedAt).toBe('2027-03-01T12:01:01.000Z');
  });

  test('nothing happens to a settled job: the first outcome stands', async () => {
    await jobs.settle(job.id, sampleCollected({ outcome: 'cancelled' }), '2027-03-01T12:05:00.000Z');
    const settled = await jobs.get(job.id);
    expect(await jobs.settle(job.id, sampleCollected(), '2027-03-01T12:06:00.000Z')).toBe(false);
    expect(await jobs.recordSession(job.id, sampleRef())).toBe(false);
    expect(await jobs.markPrompted(job.id, '2027-03-01T12:06:00.000Z')).toBe(false);
    expect(await jobs.get(job.id)).toEqual(settled);
  });

  test('a change never makes half of a job', async () => {
    expect(await jobs.recordSession('job_unknown', sampleRef())).toBe(false);
    expect(await jobs.settle('job_unknown', sampleCollected(), '2027-03-01T12:06:00.000Z')).toBe(false);
    await expect(jobs.markStarted('job_unknown', executionArn, '2027-03-01T12:00:00.000Z')).rejects.toThrow();
    expect(await jobs.get('job_unknown')).toBeUndefined();
  });
});
