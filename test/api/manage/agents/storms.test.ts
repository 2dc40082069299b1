import { describe, expect, test } from 'vitest';
import { anyJobView, anyJobViewSchema, statusView } from '../../../../functions/api/manage/agents/any-job-view.ts';
import { jobStatusSchema } from '../../../../functions/api/manage/agents/job-status.ts';
import {
  cancelJob,
  getJob,
  getJobResult,
  getJobStatus,
  listJobs,
} from '../../../../functions/api/manage/agents/jobs.ts';
import { getJobReport } from '../../../../functions/api/manage/agents/report.ts';
import { pageQuery } from '../../../../functions/api/manage/page.ts';
import type { Job } from '../../../../functions/domain/job/job.ts';
import { jobIdOf } from '../../../../functions/domain/job/job-id.ts';
import type { Storm } from '../../../../functions/domain/storm/storm.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { executionArn, sampleCollected, sampleJob, sampleRef } from '../../../support/fakes/samples.ts';
import { made } from '../made.ts';

const at = '2027-03-01T12:00:00.000Z';
const stormArn = 'arn:aws:states:eu-central-1:123456789012:execution:storms:stm_1';
const sessionId = jobIdOf('stm_1', 'rul_1');
const running: Partial<Job> = { id: sessionId, executionArn, startedAt: at, session: sampleRef() };
const result = {
  ...{ bucket: 'results', patch: 'p', answer: null, manifest: 'm', patchSha256: 'a digest' },
  ...{ files: 1, additions: 2, deletions: 3, baseCommit: null },
};

async function prepare(changes: Partial<Storm>, job?: Partial<Job>) {
  const stops: string[] = [];
  const { deps, agents } = fakeManagement({ jobs: job ? [sampleJob(job)] : [] });
  const stormStopper = { stop: async (name: string, cause: string) => stops.push(`${name}: ${cause}`) > 0 };
  await deps.storms.createOrGet({
    ...{ id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix checkout', firstAlertId: 'alr_first' },
    ...{ phase: 'holding', createdAt: at, executionArn: stormArn, startedAt: at },
    ...changes,
  });
  return { deps: { ...deps, stormStopper }, agents, stops };
}
const dispatched: Partial<Storm> = { phase: 'dispatched', endedAt: at, held: 12, jobId: sessionId };
const view = async (changes: Partial<Storm>) =>
  anyJobViewSchema.parse(anyJobView(made(await getJob((await prepare(changes)).deps, 'stm_1'))));

describe('a storm as a job', () => {
  test.each([
    ['holding', 'pending'],
    ['collecting', 'pending'],
    ['triaging', 'processing'],
    ['dispatched', 'completed'],
    ['released', 'completed'],
    ['not_dispatched', 'failed'],
  ] as const)('that is %s is %s', async (phase, status) => {
    expect(await view({ phase })).toMatchObject({ id: 'stm_1', jobType: 'triage_alert_storm', status });
  });

  test('is of the alert that is its cause, or of the first one that it held', async () => {
    expect(await view({})).toMatchObject({ alertId: 'alr_first', stepId: 'rul_1', executionId: stormArn });
    const rootCause = { alertId: 'alr_cause', by: 'agent', sentence: 'The disk is full.' } as const;
    expect(await view({ ...dispatched, rootCause })).toMatchObject({
      alertId: 'alr_cause',
      jobData: { stormId: 'stm_1', phase: 'dispatched', held: 12, rootCause, sessionJobId: sessionId },
    });
  });

  test('stands among the sessions by its age, page by page', async () => {
    const jobs = ['a', 'c'].map((id, hour) => sampleJob({ id, createdAt: `2027-03-01T1${1 + 2 * hour}:00:00.000Z` }));
    const { deps } = fakeManagement({ jobs });
    for (const [id, hour] of [['stm_b', 2] as const, ['stm_d', 4] as const]) {
      const storm = { relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', firstAlertId: 'alr_1' };
      await deps.storms.createOrGet({ ...storm, id, phase: 'holding', createdAt: `2027-03-01T1${hour}:00:00.000Z` });
    }
    const page = (query: object) => listJobs(deps, { ...pageQuery.parse(query), relayId: null }, ({ id }) => id);
    const first = await page({ limit: '3' });
    expect(first.views).toEqual(['stm_d', 'c', 'stm_b']);
    expect(await page({ cursor: first.nextCursor })).toEqual({ views: ['a'], nextCursor: null });
  });
});

describe('the status of a storm', () => {
  const statusOf = async (changes: Partial<Storm>, job?: Partial<Job>) =>
    jobStatusSchema.parse(statusView(made(await getJobStatus((await prepare(changes, job)).deps, 'stm_1'))));

  test('before its session is its phase, with its own execution', async () => {
    expect(await statusOf({ phase: 'collecting' })).toMatchObject({
      ...{ status: 'pending', progress: 'collecting', activity: 'collecting', attempt: 0, executionArn: stormArn },
      ...{ executionUrl: expect.stringContaining(stormArn), sessionUrl: null, outcome: null },
    });
  });

  test('with its session has what that one has', async () => {
    expect(await statusOf(dispatched, running)).toMatchObject({
      ...{ status: 'completed', progress: 'dispatched', sessionUrl: sampleRef().url, executionArn: stormArn },
      ...{ attempt: 0, maxAttempts: 120 },
    });
  });
});

describe('the result of a storm', () => {
  test("is its session's", async () => {
    const collected = sampleCollected({ outcome: 'diff_ready', result });
    const { deps } = await prepare(dispatched, { ...running, collected, finishedAt: at });
    expect(await getJobResult(deps, 'stm_1')).toMatchObject({ manifest: expect.stringContaining('/m?') });
    expect(await getJobReport(deps, 'stm_1')).toMatchObject({
      url: expect.stringContaining(`/${sessionId}/report.html?`),
    });
  });

  test.each([
    ['is refused while alerts are held', { phase: 'holding' }, undefined, 409],
    ['is refused while its session runs', dispatched, running, 409],
    ['is not found where there was no storm', { phase: 'released', endedAt: at }, undefined, 404],
  ] as const)('%s', async (_, changes, job, status) => {
    const { deps } = await prepare(changes, job);
    for (const ask of [getJobResult, getJobReport]) expect(await ask(deps, 'stm_1')).toMatchObject({ status });
  });
});

describe('cancelling a storm', () => {
  const cause = 'Cancelled by alice through the API.';

  test('that holds alerts stops its execution', async () => {
    const { deps, agents, stops } = await prepare({ phase: 'triaging' });
    expect(await cancelJob(deps, 'stm_1', 'alice')).toMatchObject({ id: 'stm_1' });
    expect(stops).toEqual([`stm_1: ${cause}`]);
    expect(agents.stopped).toEqual([]);
  });

  test('that has its session stops the session', async () => {
    const { deps, agents, stops } = await prepare(dispatched, running);
    await cancelJob(deps, 'stm_1', 'alice');
    expect(agents.stopped).toEqual([sessionId]);
    expect(stops).toEqual([]);
  });

  test.each([
    ['that has ended', dispatched, { ...running, finishedAt: at, collected: sampleCollected() }],
    ['whose cause another session had in hand', { ...dispatched, jobId: 'job_other' }, { ...running, id: 'job_other' }],
    ['that let go of its alerts', { phase: 'released', endedAt: at } as const, undefined],
  ])('%s stops nothing', async (_, changes, job) => {
    const { deps, agents, stops } = await prepare(changes, job);
    expect(await cancelJob(deps, 'stm_1', 'alice')).toMatchObject({ id: 'stm_1' });
    expect([...agents.stopped, ...stops]).toEqual([]);
  });
});

test('an unknown storm is not found', async () => {
  const { deps } = fakeManagement();
  for (const ask of [getJob, getJobStatus, getJobResult, getJobReport]) {
    expect(await ask(deps, 'stm_unknown')).toMatchObject({ status: 404 });
  }
});
