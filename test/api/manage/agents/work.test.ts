import { expect, test } from 'vitest';
import { workOn } from '../../../../functions/api/manage/agents/work.ts';
import { listResponders } from '../../../../functions/api/manage/responders/responders.ts';
import type { Decision } from '../../../../functions/domain/decision/decision.ts';
import { jobIdOf, jobIdOfRound } from '../../../../functions/domain/job/job-id.ts';
import { alertId, sampleAlert } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement } from '../../../support/fakes/management.ts';
import { sampleJob, sampleRef } from '../../../support/fakes/samples.ts';
import { made } from '../made.ts';

const at = '2027-03-01T12:00:00.000Z';
const decision = (changes: Partial<Decision>): Decision => ({
  ...{ alertId, relayId: 'rly_1', ruleId: 'rul_1', reason: 'started', sentence: 'It is new.' },
  ...{ count: 1, firstAt: at, lastAt: at, lastDeliveryId: 'dlv_1' },
  ...changes,
});
const ownId = jobIdOf(alertId, 'rul_1');

test('rounds of a relay run are sessions of the alert, which no decision names', async () => {
  const jobs = [ownId, jobIdOfRound(alertId, 'rul_1', 2), jobIdOfRound(alertId, 'rul_1', 3)].map((id, minute) =>
    sampleJob({ id, alertId, createdAt: `2027-03-01T12:0${minute}:00.000Z` }),
  );
  const management = fakeManagement({ alerts: [sampleAlert()], decisions: [decision({ jobId: ownId })], jobs });
  const found = async () => (await workOn(management.deps, sampleAlert())).jobs.map(({ id }) => id);
  expect(await found()).toEqual([ownId]);
  const relay = management.relays.relays.get('rly_1');
  if (relay) management.relays.relays.set('rly_1', { ...relay, repeatPolicy: 'all' });
  expect(await found()).toEqual(jobs.map(({ id }) => id));
});

test('the session of a storm is an agent at each of its alerts', async () => {
  const job = sampleJob({ id: 'job_storm', alertId: 'alr_other', session: sampleRef() });
  const decisions = [decision({ reason: 'storm_held', stormId: 'stm_1' })];
  const { deps } = fakeManagement({ alerts: [sampleAlert()], decisions, jobs: [job] });
  await deps.storms.createOrGet({
    ...{ id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix', firstAlertId: alertId },
    ...{ phase: 'dispatched', createdAt: at, jobId: 'job_storm' },
  });
  expect(made(await listResponders(deps, alertId))).toMatchObject([{ alertId, sessionId: 'ses_1', status: 'on_it' }]);
});
