import { describe, expect, test } from 'vitest';
import { jobView } from '../../../../functions/api/manage/agents/job-view.ts';
import { alertView } from '../../../../functions/api/manage/alerts/alert-view.ts';
import { getAlert, listAgents } from '../../../../functions/api/manage/alerts/alerts.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import type { Decision } from '../../../../functions/domain/decision/decision.ts';
import { jobIdOf } from '../../../../functions/domain/job/job-id.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { executionArn, jobId, prompt, sampleCollected, sampleJob, sampleRef } from '../../../support/fakes/samples.ts';

const alert: Alert = {
  id: 'alr_1',
  relayId: 'rly_1',
  webhookId: 'wh_1',
  deliveryId: 'dlv_1',
  format: 'alertmanager',
  title: 'Checkout error rate above 5 %',
  severity: 'critical',
  source: 'prometheus',
  fingerprint: 'v1:checkout',
  startsAt: '2027-03-01T11:59:00.000Z',
  links: { runbook: 'https://runbooks.example.com' },
  labels: { team: 'checkout' },
  metadata: { receiver: 'relay' },
  createdAt: '2027-03-01T11:59:10.000Z',
  updatedAt: '2027-03-01T11:59:10.000Z',
};

const decision = (changes: Partial<Decision>): Decision => ({
  alertId: 'alr_1',
  relayId: 'rly_1',
  ruleId: 'rul_1',
  reason: 'started',
  sentence: 'First time this alert fires.',
  count: 1,
  firstAt: alert.createdAt,
  lastAt: alert.createdAt,
  lastDeliveryId: 'dlv_1',
  ...changes,
});

describe('alerts', () => {
  test('are found by id, in the fields of the SDK', async () => {
    const { deps } = fakeManagement({ alerts: [alert] });
    expect(await getAlert(deps, 'alr_1')).toEqual(alert);
    expect(await getAlert(deps, 'alr_2')).toMatchObject({ status: 404 });
    expect(alertView({ ...alert, resolvedAt: 'then', resolvedBy: 'monitoring_system' })).toMatchObject({
      organizationId: 'org_default',
      message: null,
      externalId: null,
      acknowledgedAt: null,
      resolvedAt: 'then',
      resolvedBy: 'monitoring_system',
      resolvedByProvider: null,
      metadata: { receiver: 'relay', intake: { relayId: 'rly_1', labels: alert.labels, links: alert.links } },
    });
  });

  test('their agents are the jobs that their decisions name, each once, oldest first', async () => {
    const older = sampleJob({ id: 'job_older', createdAt: '2027-03-01T11:00:00.000Z' });
    const newer = sampleJob({ id: 'job_newer' });
    const decisions = [
      decision({ jobId: newer.id }),
      decision({ reason: 'duplicate_alert', jobId: newer.id }),
      decision({ reason: 'rule_disabled', ruleId: 'rul_2' }),
      decision({ ruleId: 'rul_3', jobId: older.id }),
    ];
    const jobs = [newer, older, sampleJob({ id: 'job_of_another_alert' })];
    const { deps } = fakeManagement({ alerts: [alert], decisions, jobs });
    expect(await listAgents(deps, 'alr_1')).toEqual([older, newer]);
    expect(await listAgents(deps, 'alr_2')).toMatchObject({ status: 404 });
  });
});

test('every run that users asked for is an agent of the alert', async () => {
  const runs = [1, 2].map((run) => sampleJob({ id: jobIdOf('alr_1', 'rul_1', run) }));
  const decisions = [decision({ reason: 'run_by_user', count: 2, jobId: runs[1]?.id ?? '' })];
  const { deps } = fakeManagement({ alerts: [alert], decisions, jobs: runs });
  expect(await listAgents(deps, 'alr_1')).toEqual(runs);
});

describe('an agent job', () => {
  const started = { executionArn, startedAt: '2027-03-01T11:59:31.000Z' };
  const finishedAt = '2027-03-01T12:05:00.000Z';

  test.each([
    ['pending', {}],
    ['processing', started],
    ['processing', { ...started, session: sampleRef(), promptedAt: '2027-03-01T12:00:00.000Z' }],
    ['completed', { ...started, finishedAt, collected: sampleCollected({ outcome: 'no_changes' }) }],
    ['completed', { ...started, finishedAt, collected: sampleCollected({ outcome: 'diff_ready' }) }],
    ['failed', { ...started, finishedAt, collected: sampleCollected({ outcome: 'cancelled' }) }],
    ['failed', { finishedAt, collected: sampleCollected({ outcome: 'relay_failed', session: null }) }],
  ])('is %s', (status, changes) => {
    expect(jobView(sampleJob(changes))).toMatchObject({ status, jobType: 'poll_agent_status', stepId: 'rul_1' });
  });

  test('names its execution once there is one, and its job id before', () => {
    expect(jobView(sampleJob())).toMatchObject({ id: jobId, executionId: jobId, processedAt: null });
    expect(jobView(sampleJob(started)).executionId).toBe(executionArn);
  });

  test('tells rule, session and outcome, and not the prompt', () => {
    const collected = sampleCollected({ costUsd: 0.25 });
    const view = jobView(sampleJob({ ...started, session: sampleRef(), collected, finishedAt }));
    expect(view).toMatchObject({
      processedAt: finishedAt,
      jobData: {
        ruleId: 'rul_1',
        ruleVersion: 3,
        sessionId: 'ses_1',
        sessionUrl: sampleRef().url,
        outcome: 'no_changes',
        cause: collected.cause,
        polls: 3,
        costUsd: 0.25,
        result: null,
      },
    });
    expect(JSON.stringify(view)).not.toContain(prompt);
  });
});
