import { describe, expect, test } from 'vitest';
import { alertView } from '../../../../functions/api/manage/alerts/alert-view.ts';
import {
  acknowledgeAlert,
  assignAlert,
  listAlerts,
  resolveAlert,
} from '../../../../functions/api/manage/alerts/alerts.ts';
import { fixContextView, getFixContext } from '../../../../functions/api/manage/alerts/fix-context.ts';
import { ApiRefusal } from '../../../../functions/api/manage/refusal.ts';
import { onIt } from '../../../../functions/api/manage/responders/responders.ts';
import { jobIdOf } from '../../../../functions/domain/job/job-id.ts';
import { sampleAlert, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { sampleCollected, sampleJob, sampleRef } from '../../../support/fakes/samples.ts';

const now = '2027-03-01T12:00:00.000Z';
const later = '2027-03-01T12:01:00.000Z';
const id = 'alr_1';
const alert = sampleAlert({ id });
const caller = { userId: undefined, caller: 'admin' };

describe('an alert', () => {
  test('is acknowledged by the first one, for himself or for another member', async () => {
    const { deps } = fakeManagement({ alerts: [alert] });
    const acknowledged = { ...alert, acknowledgedAt: now, acknowledgedBy: 'ci', updatedAt: now };
    expect(await acknowledgeAlert(deps, id, { userId: 'ci', caller: 'admin' })).toEqual(acknowledged);
    await deps.clock.sleep(60_000);
    expect(await acknowledgeAlert(deps, id, caller)).toEqual(acknowledged);
  });

  test('is assigned to a member', async () => {
    const { deps } = fakeManagement({ alerts: [alert] });
    const named = { userId: 'alice@example.com', caller: 'admin' };
    const assigned = { ...alert, assignedToUserId: 'alice@example.com', updatedAt: now };
    expect(await assignAlert(deps, id, named)).toEqual(assigned);
    const refused = await assignAlert(deps, id, { userId: 'mallory', caller: 'admin' });
    expect(refused).toMatchObject({ status: 400, issues: [{ path: ['userId'], code: 'unknown_member' }] });
    expect(await deps.alerts.get(id)).toEqual(assigned);
  });

  test('is resolved once', async () => {
    const { deps } = fakeManagement({ alerts: [alert] });
    const resolution = { resolvedAt: now, resolvedBy: 'user', resolvedByUserId: 'admin', updatedAt: now };
    expect(await resolveAlert(deps, id, 'admin')).toEqual({ ...alert, ...resolution });
    await deps.clock.sleep(60_000);
    expect(await resolveAlert(deps, id, 'ci')).toEqual({ ...alert, ...resolution });
  });

  test('that is unknown is none', async () => {
    const { deps } = fakeManagement();
    const none = { status: 404, message: 'There is no such alert.' };
    expect(await acknowledgeAlert(deps, id, caller)).toMatchObject(none);
    expect(await assignAlert(deps, id, caller)).toMatchObject(none);
    expect(await resolveAlert(deps, id, 'admin')).toMatchObject(none);
    expect(await getFixContext(deps, id)).toMatchObject(none);
  });

  test('shows who has it in hand', () => {
    const view = alertView({
      ...alert,
      assignedToUserId: 'ci',
      acknowledgedAt: now,
      acknowledgedBy: 'admin',
      resolvedAt: later,
      resolvedBy: 'user',
      resolvedByUserId: 'admin',
    });
    expect(view).toMatchObject({
      assignedToUserId: 'ci',
      acknowledgedAt: now,
      acknowledgedBy: 'admin',
      resolvedBy: 'user',
      resolvedByUserId: 'admin',
      resolvedByProvider: null,
    });
  });
});

describe('a resolution stops', () => {
  const stops = sampleRule({ id: 'rul_1' }, { config: { onResolve: 'stop' } });
  const goesOn = sampleRule({ id: 'rul_2' });
  const job = (ruleId: string) => sampleJob({ id: jobIdOf(id, ruleId), alertId: id, ruleId, session: sampleRef() });
  const world = (jobs = [job('rul_1'), job('rul_2')]) =>
    fakeManagement({ alerts: [alert], jobs, storedRules: [stops, goesOn] });

  test('the session of a rule that says so, and no other', async () => {
    const { deps, stopped } = world();
    await resolveAlert(deps, id, 'admin');
    expect(stopped).toEqual([jobIdOf(id, 'rul_1')]);
  });

  test('what a first try did not get to', async () => {
    const { deps, stopped } = world();
    const { stop } = deps.stopper;
    deps.stopper.stop = async () => {
      throw new Error('throttled');
    };
    await expect(resolveAlert(deps, id, 'admin')).rejects.toThrow('throttled');
    deps.stopper.stop = stop;
    expect(await resolveAlert(deps, id, 'admin')).toMatchObject({ resolvedAt: now });
    expect(stopped).toEqual([jobIdOf(id, 'rul_1')]);
  });

  test('nothing that has ended', async () => {
    const { deps, stopped } = world([{ ...job('rul_1'), collected: sampleCollected(), finishedAt: now }]);
    await resolveAlert(deps, id, 'admin');
    expect(stopped).toEqual([]);
  });
});

test('a list is read from its cursor on', async () => {
  const alerts = ['1', '2', '3'].map((n) => sampleAlert({ id: `alr_${n}`, createdAt: `2027-03-01T12:00:0${n}.000Z` }));
  const { deps } = fakeManagement({ alerts });
  const query = { limit: 2, relayId: null, cursor: undefined };
  const first = await listAlerts(deps, 'all', query, (each) => each.id);
  expect(first).toEqual({ views: ['alr_3', 'alr_2'], nextCursor: expect.any(String) });
  const cursor = { createdAt: '2027-03-01T12:00:02.000Z', id: 'alr_2' };
  expect(await listAlerts(deps, 'active', { limit: 2, relayId: null, cursor }, (each) => each.id)).toEqual({
    views: ['alr_1'],
    nextCursor: null,
  });
  expect(await listAlerts(deps, 'resolved', query, (each) => each.id)).toEqual({ views: [], nextCursor: null });
});

describe('the fix context', () => {
  const decision = {
    alertId: id,
    relayId: 'rly_1',
    ruleId: 'rul_1',
    reason: 'started' as const,
    sentence: 'First time.',
    jobId: sampleJob().id,
    count: 1,
    firstAt: now,
    lastAt: now,
    lastDeliveryId: 'dlv_1',
  };

  test('has all that there is about an alert', async () => {
    const jobs = [sampleJob({ session: sampleRef(), promptedAt: now })];
    const { deps } = fakeManagement({ alerts: [alert], decisions: [decision], jobs });
    await onIt(deps, id, caller);
    const found = await getFixContext(deps, id);
    if (found instanceof ApiRefusal) throw new Error(found.message);
    expect(fixContextView(found)).toMatchObject({
      alert: { id, acknowledgedBy: 'admin' },
      responders: [{ responderType: 'agent' }, { responderType: 'user', userId: 'admin' }],
      jobs: [{ id: sampleJob().id, status: 'pending' }],
      summary: {
        hasHumanResponder: true,
        hasAgentResponder: true,
        assignedToUserId: null,
        acknowledged: true,
        resolved: false,
      },
      nextActions: [expect.stringContaining('On it: admin'), expect.stringContaining('is at work since')],
    });
  });

  test('counts nobody who has left', async () => {
    const jobs = [sampleJob({ session: sampleRef(), finishedAt: now, collected: sampleCollected() })];
    const { deps } = fakeManagement({ alerts: [alert], decisions: [decision], jobs });
    const found = await getFixContext(deps, id);
    if (found instanceof ApiRefusal) throw new Error(found.message);
    const { summary, responders } = fixContextView(found);
    expect(responders).toHaveLength(1);
    expect(summary).toMatchObject({ hasHumanResponder: false, hasAgentResponder: false, acknowledged: false });
  });
});
