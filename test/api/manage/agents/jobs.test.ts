import { describe, expect, test } from 'vitest';
import { anyJobView, anyJobViewSchema, statusView } from '../../../../functions/api/manage/agents/any-job-view.ts';
import {
  cancelJob,
  getJob,
  getJobResult,
  getJobStatus,
  listJobs,
} from '../../../../functions/api/manage/agents/jobs.ts';
import { pageQuery } from '../../../../functions/api/manage/page.ts';
import type { Job } from '../../../../functions/domain/job/job.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import {
  baseCommit,
  executionArn,
  jobId,
  sampleCollected,
  sampleJob,
  sampleRef,
} from '../../../support/fakes/samples.ts';
import { made } from '../made.ts';

const started = { executionArn, startedAt: '2027-03-01T11:59:31.000Z' };
const finishedAt = '2027-03-01T12:05:00.000Z';
const result = {
  bucket: 'results',
  patch: `${jobId}/patch.diff`,
  answer: null,
  manifest: `${jobId}/manifest.json`,
  patchSha256: 'a digest',
  files: 1,
  additions: 2,
  deletions: 3,
  baseCommit,
};
const tokens = { input: 1, output: 2, reasoning: 3, cacheRead: 4, cacheWrite: 5 };
const ended = (changes = {}) => ({
  ...started,
  session: sampleRef(),
  collected: sampleCollected({ outcome: 'diff_ready', result, tokens, costUsd: 0.25, ...changes }),
  finishedAt,
});
const withJob = (changes: Partial<Job>) => fakeManagement({ jobs: [sampleJob(changes)] });

test('a storm is a job of its own, beside its session, in order of age', async () => {
  const { deps, storms } = withJob({ ...started, createdAt: '2027-03-01T12:00:00.000Z' });
  const storm = {
    firstAlertId: 'alr_1',
    relayId: 'rly_1',
    ruleId: 'rul_1',
    ruleName: 'Fix',
    createdAt: '2027-03-01T11:00:00.000Z',
  };
  await storms.createOrGet({ ...storm, id: 'stm_old', phase: 'dispatched', jobId, endedAt: finishedAt });
  await storms.createOrGet({ ...storm, id: 'stm_new', phase: 'holding', createdAt: '2027-03-01T13:00:00.000Z' });
  const { views } = await listJobs(deps, { ...pageQuery.parse({}), relayId: null }, anyJobView);
  expect(views.map(({ id, jobType, status }) => [id, jobType, status])).toEqual([
    ['stm_new', 'triage_alert_storm', 'pending'],
    [jobId, 'poll_agent_status', 'processing'],
    ['stm_old', 'triage_alert_storm', 'completed'],
  ]);
  expect(anyJobViewSchema.parse(anyJobView(made(await getJob(deps, 'stm_old'))))).toMatchObject({
    jobData: { phase: 'dispatched', sessionJobId: jobId },
  });
  // Asked how far it is, it answers with its session.
  expect(made(await getJobStatus(deps, 'stm_old'))).toMatchObject({ session: { job: { id: jobId } } });
  expect(made(await cancelJob(deps, 'stm_new', 'alice'))).toMatchObject({ id: 'stm_new' });
});

test('the list is paged, newest first', async () => {
  const jobs = ['a', 'b', 'c'].map((id, hour) => sampleJob({ id, createdAt: `2027-03-01T1${hour}:00:00.000Z` }));
  const { deps } = fakeManagement({ jobs });
  const page = (query: object) => listJobs(deps, { ...pageQuery.parse(query), relayId: null }, ({ id }) => id);
  const first = await page({ limit: '2' });
  expect(first.views).toEqual(['c', 'b']);
  expect(await page({ cursor: first.nextCursor })).toEqual({ views: ['a'], nextCursor: null });
});

describe('the status of a job', () => {
  const statusOf = async (changes: Partial<Job>, attempt?: number) => {
    const { deps, agents } = withJob(changes);
    const at = '2027-03-01T12:03:00.000Z';
    if (attempt !== undefined) agents.progress.set(jobId, { attempt, activity: 'working', at });
    return statusView(made(await getJobStatus(deps, jobId)));
  };

  test('before it starts has no links', async () => {
    const nothing = { executionArn: null, executionUrl: null, sessionUrl: null, outcome: null, patch: null };
    expect(await statusOf({})).toMatchObject({ status: 'pending', progress: 'attempt 0 of 120', ...nothing });
  });

  test('while it runs tells the attempt, what the agent does, and where to look', async () => {
    expect(await statusOf({ ...started, session: sampleRef() }, 7)).toMatchObject({
      status: 'processing',
      progress: 'attempt 7 of 120',
      attempt: 7,
      maxAttempts: 120,
      activity: 'working',
      lastPollAt: '2027-03-01T12:03:00.000Z',
      executionArn,
      executionUrl: expect.stringContaining(`#/v2/executions/details/${executionArn}`),
      sessionId: 'ses_1',
      sessionUrl: sampleRef().url,
      endedAt: null,
    });
  });

  test('at the end tells outcome, cost and the size of the patch', async () => {
    expect(await statusOf(ended(), 3)).toMatchObject({
      status: 'completed',
      progress: 'attempt 3 of 120',
      activity: null,
      endedAt: finishedAt,
      outcome: 'diff_ready',
      tokens,
      costUsd: 0.25,
      patch: { files: 1, additions: 2, deletions: 3, baseCommit, sha256: 'a digest' },
    });
  });
});

describe('the result of a job', () => {
  test('is links that end after five minutes', async () => {
    const { deps } = withJob(ended());
    expect(await getJobResult(deps, jobId)).toEqual({
      patch: `https://bucket.example.com/${jobId}/patch.diff?seconds=300`,
      answer: null,
      manifest: `https://bucket.example.com/${jobId}/manifest.json?seconds=300`,
      expiresAt: '2027-03-01T12:05:00.000Z',
    });
  });

  test.each([
    ['is refused while the session runs', started, 409],
    ['is not found where there was nothing to collect', ended({ result: null, session: null }), 404],
  ])('%s', async (_, changes, status) => {
    expect(await getJobResult(withJob(changes).deps, jobId)).toMatchObject({ status });
  });
});

describe('cancelling a job', () => {
  test('stops its execution and names who asked', async () => {
    const { deps, agents } = withJob(started);
    expect(await cancelJob(deps, jobId, 'alice')).toMatchObject({ id: jobId });
    expect(agents.stopped).toEqual([jobId]);
    expect(agents.causes).toEqual(['Cancelled by alice through the API.']);
  });

  test('that has ended leaves it as it is', async () => {
    const { deps, agents } = withJob(ended());
    expect(await cancelJob(deps, jobId, 'alice')).toMatchObject({ finishedAt });
    expect(agents.stopped).toEqual([]);
  });

  test('that never started settles it, as there is no execution to do so', async () => {
    const { deps } = withJob({});
    const job = made(await cancelJob(deps, jobId, 'alice'));
    const cause = 'Cancelled by alice through the API. It had not started.';
    expect(job).toMatchObject({ finishedAt: '2027-03-01T12:00:00.000Z', collected: { outcome: 'cancelled', cause } });
    expect(statusView(made(await getJobStatus(deps, jobId)))).toMatchObject({ status: 'failed', startedAt: null });
  });

  test('whose start was not noted leaves it to the execution that was stopped', async () => {
    const { deps, agents } = withJob({});
    agents.started.set(jobId, sampleJob().input);
    expect(made(await cancelJob(deps, jobId, 'alice'))).not.toHaveProperty('finishedAt');
    expect(agents.stopped).toEqual([jobId]);
  });
});

test('an unknown job is not found', async () => {
  const { deps } = fakeManagement();
  for (const ask of [getJob, getJobStatus, getJobResult]) {
    expect(await ask(deps, 'job_unknown')).toMatchObject({ status: 404 });
  }
  expect(await cancelJob(deps, 'job_unknown', 'alice')).toMatchObject({ status: 404 });
});
