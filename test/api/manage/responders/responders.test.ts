import { describe, expect, test } from 'vitest';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import { responderView } from '../../../../functions/api/manage/responders/responder-view.ts';
import {
  listResponders,
  onIt,
  responderChange,
  updateResponder,
} from '../../../../functions/api/manage/responders/responders.ts';
import type { Alert } from '../../../../functions/domain/alert/alert.ts';
import { responderIdOf } from '../../../../functions/domain/job/responder.ts';
import { sampleAlert } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { sampleCollected, sampleJob, sampleRef } from '../../../support/fakes/samples.ts';
import { told } from '../told.ts';

const now = '2027-03-01T12:00:00.000Z';
const later = '2027-03-01T12:01:00.000Z';
const id = 'alr_1';
const world = (changes: Partial<Alert> = {}, jobs = [sampleJob({ session: sampleRef() })]) => {
  const decisions = jobs.map((job) => ({
    alertId: id,
    relayId: 'rly_1',
    ruleId: job.ruleId,
    reason: 'started' as const,
    sentence: 'First time.',
    jobId: job.id,
    count: 1,
    firstAt: now,
    lastAt: now,
    lastDeliveryId: 'dlv_1',
  }));
  const { deps } = fakeManagement({ alerts: [sampleAlert({ id, ...changes })], decisions, jobs });
  const join = async (userId: string) => {
    const responder = await onIt(deps, id, { userId, caller: userId });
    if (responder instanceof ApiRefusal) throw new Error(responder.message);
    return responder;
  };
  const end = (userId: string, status: 'done' | 'dropped', prUrl?: string) =>
    updateResponder(deps, { alertId: id, id: responderIdOf(id, userId) }, { status, ...(prUrl && { prUrl }) });
  const acknowledgedBy = async () => (await deps.alerts.get(id))?.acknowledgedBy;
  return { deps, join, end, acknowledgedBy, wait: () => deps.clock.sleep(60_000) };
};

describe('on it', () => {
  test('adds the caller and acknowledges the alert', async () => {
    const { deps, join, acknowledgedBy } = world();
    expect(responderView(await join('admin'))).toEqual({
      id: responderIdOf(id, 'admin'),
      alertId: id,
      organizationId: 'org_default',
      responderType: 'user',
      userId: 'admin',
      integrationId: null,
      agentSessionId: null,
      status: 'on_it',
      prUrl: null,
      joinedAt: now,
      completedAt: null,
    });
    expect(await acknowledgedBy()).toBe('admin');
    expect(await deps.responders.listByAlert(id)).toHaveLength(1);
  });

  test('twice is once; the first acknowledgement stands', async () => {
    const { deps, join, wait, acknowledgedBy } = world();
    const first = await join('admin');
    await wait();
    expect(await join('admin')).toEqual(first);
    await join('ci');
    expect(await acknowledgedBy()).toBe('admin');
    expect(await deps.responders.listByAlert(id)).toHaveLength(2);
  });

  test('may name another member, and nobody else', async () => {
    const { deps, acknowledgedBy } = world();
    const named = (userId: string) => onIt(deps, id, { userId, caller: 'admin' });
    expect(await named('mallory')).toMatchObject({
      status: 400,
      issues: [{ path: ['userId'], code: 'unknown_member' }],
    });
    expect(await acknowledgedBy()).toBeUndefined();
    expect(await named('ci')).toMatchObject({ userId: 'ci' });
    expect(await onIt(deps, 'alr_2', { userId: undefined, caller: 'admin' })).toMatchObject({ status: 404 });
  });
});

describe('the end of a responder', () => {
  test('done keeps the acknowledgement and the link', async () => {
    const { join, end, wait, acknowledgedBy } = world();
    await join('admin');
    await wait();
    const prUrl = 'https://git.example.com/shop/pull/1';
    expect(await end('admin', 'done', prUrl)).toMatchObject({ status: 'done', prUrl, completedAt: later });
    expect(await acknowledgedBy()).toBe('admin');
  });

  test('dropped takes the acknowledgement back with the last one', async () => {
    const { join, end, acknowledgedBy } = world();
    await join('admin');
    await join('ci');
    await end('admin', 'dropped');
    expect(await acknowledgedBy()).toBe('admin');
    await end('ci', 'dropped');
    expect(await acknowledgedBy()).toBeUndefined();
    await join('ci');
    expect(await acknowledgedBy()).toBe('ci');
  });

  test('what was acknowledged later, or by a monitoring system, stands', async () => {
    const after = world();
    await after.join('admin');
    await after.end('admin', 'dropped');
    await after.wait();
    await after.deps.alerts.acknowledge(id, later, 'ci');
    await after.end('admin', 'dropped');
    expect(await after.acknowledgedBy()).toBe('ci');

    const monitored = world({ acknowledgedAt: now, acknowledgedBy: 'monitoring_system' });
    await monitored.join('admin');
    await monitored.end('admin', 'dropped');
    expect(await monitored.acknowledgedBy()).toBe('monitoring_system');
  });

  test('whoever joins while the last one drops it keeps it acknowledged', async () => {
    const { deps, join, end, acknowledgedBy } = world();
    await join('admin');
    const { takeBackAcknowledgement } = deps.alerts;
    deps.alerts.takeBackAcknowledgement = async (...given) => {
      await join('ci');
      await takeBackAcknowledgement(...given);
    };
    await end('admin', 'dropped');
    expect(await acknowledgedBy()).toBe('ci');
  });

  test('is refused for an agent, an unknown responder and an unknown alert', async () => {
    const { deps } = world();
    const list = await listResponders(deps, id);
    const agent = Array.isArray(list) ? list[0] : undefined;
    const refused = (responder: string, alertId = id) =>
      updateResponder(deps, { alertId, id: responder }, { status: 'done' });
    expect(await refused(agent?.id ?? '')).toMatchObject({ status: 409, message: expect.stringContaining('/cancel') });
    expect(await refused('rsp_unknown')).toMatchObject({ status: 404, message: 'There is no such responder.' });
    expect(await refused('rsp_unknown', 'alr_2')).toMatchObject({ status: 404, message: 'There is no such alert.' });
  });

  test.each([
    [{}, ['status: must be "done" or "dropped".']],
    [{ status: 'on_it' }, ['status: must be "done" or "dropped".']],
    [{ status: 'done', prUrl: 'javascript:alert(1)' }, ['prUrl: must be an http or https address.']],
    [{ status: 'done', prURL: 'x' }, ['prURL: is not a known field. (prUrl)']],
    [{ status: 'done', prUrl: 'https://git.example.com/1' }, []],
  ])('%j', (body, issues) => {
    expect(told(responderChange, body)).toEqual(issues);
  });
});

describe('the list', () => {
  test('has people and agents in the order of joining', async () => {
    const { deps, join } = world();
    await join('admin');
    const list = await listResponders(deps, id);
    expect(Array.isArray(list) && list.map(responderView)).toMatchObject([
      { responderType: 'agent', agentSessionId: 'ses_1', integrationId: 'int_1', userId: null, status: 'on_it' },
      { responderType: 'user', userId: 'admin', agentSessionId: null },
    ]);
    expect(await listResponders(deps, 'alr_2')).toMatchObject({ status: 404 });
  });

  test('shows how an agent ended, and none that had no session', async () => {
    const finishedAt = later;
    const done = sampleJob({ session: sampleRef(), collected: sampleCollected(), finishedAt });
    const never = sampleJob({ id: 'job_never', collected: sampleCollected({ session: null }), finishedAt });
    const { deps } = world({}, [done, never]);
    const list = await listResponders(deps, id);
    expect(Array.isArray(list) && list.map(responderView)).toMatchObject([{ status: 'done', completedAt: later }]);
  });
});
