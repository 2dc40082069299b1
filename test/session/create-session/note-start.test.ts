import { expect, test } from 'vitest';
import { memoryRows, memoryStores } from '../../../functions/adapters/memory/stores.ts';
import { noteStart } from '../../../functions/session/create-session/note-start.ts';
import { jobId, sampleCollected, sampleExecution, sampleJob } from '../../support/fakes/samples.ts';

const parent = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:run' };
const startedAt = '2027-03-01T12:00:00.000Z';
const unstarted = () => {
  const { executionArn: _, startedAt: __, ...job } = sampleJob();
  const rows = memoryRows();
  rows.jobs.own.set(job.id, job);
  return memoryStores(rows).jobs;
};

test('the start of a session that a run has started is noted on its job, once', async () => {
  const jobs = unstarted();
  const execution = { ...sampleExecution(), ...parent };
  await noteStart({ jobs }, { execution, executionArn: 'arn:session', startedAt });
  await noteStart({ jobs }, { execution, executionArn: 'arn:other', startedAt });
  expect(await jobs.get(jobId)).toMatchObject({ executionArn: 'arn:session', startedAt });
});

test('whoever starts a session directly notes it himself', async () => {
  const jobs = unstarted();
  await noteStart({ jobs }, { execution: sampleExecution(), executionArn: 'arn:session', startedAt });
  expect((await jobs.get(jobId))?.executionArn).toBeUndefined();
});

test('a job that is not there is left to those who need it', async () => {
  const jobs = unstarted();
  const execution = { ...sampleExecution(), ...parent, jobId: 'job_other' };
  await noteStart({ jobs }, { execution, executionArn: 'arn:session', startedAt });
  expect(await jobs.get('job_other')).toBeUndefined();
});

test('a redriven execution, whose job was cancelled when it was stopped, begins nothing', async () => {
  const jobs = unstarted();
  await jobs.finish(jobId, sampleCollected({ outcome: 'cancelled', cause: 'Stopped by an operator.' }), startedAt);
  const started = noteStart({ jobs }, { execution: sampleExecution(), executionArn: 'arn:session', startedAt });
  await expect(started).rejects.toMatchObject({
    name: 'SessionCancelled',
    message: expect.stringMatching(/^Stopped by an operator\. .*run the rule for the alert again\.$/),
  });
});
