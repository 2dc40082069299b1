import { expect, test } from 'vitest';
import { manage } from '../../../../functions/api/manage/manage.ts';
import type { Decision } from '../../../../functions/domain/decision/decision.ts';
import { alertId, sampleAlert, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { sampleCallRecord } from '../../../support/fakes/calls.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { sampleJob } from '../../../support/fakes/samples.ts';

const at = '2027-03-01T12:00:00.000Z';
const held: Decision = {
  ...{ alertId, relayId: 'rly_1', ruleId: 'rul_1', reason: 'storm_held', sentence: 'Held.', stormId: 'stm_1' },
  ...{ count: 1, firstAt: at, lastAt: at, lastDeliveryId: 'dlv_1' },
};
const ask = async (management: ReturnType<typeof fakeManagement>, path: string) => {
  const answer = await manage(management.routes)({
    method: 'GET',
    path,
    query: '',
    body: '',
    caller: 'ci',
    access: fullAccess,
  });
  return { status: answer.status, body: JSON.parse(answer.body) };
};

test('an alert is explained with the storm that held it and the session that this got', async () => {
  const job = sampleJob({ id: 'job_storm', alertId: 'alr_other' });
  const management = fakeManagement({
    alerts: [sampleAlert()],
    ...{ decisions: [held], jobs: [job], storedRules: [sampleRule()] },
  });
  await management.deps.storms.createOrGet({
    ...{ id: 'stm_1', relayId: 'rly_1', ruleId: 'rul_1', ruleName: 'Fix checkout', firstAlertId: alertId },
    ...{ phase: 'dispatched', createdAt: at, endedAt: at, held: 7, jobId: 'job_storm' },
  });
  const { sentences } = (await ask(management, `/v0/alerts/${alertId}/explain`)).body;
  expect(sentences.join('\n')).toContain('Rule "Fix checkout": storm_held. Held. It became storm_triaged');
  expect(sentences.join('\n')).toContain('7 alerts, went to one session. Job job_storm');
  expect(sentences.at(-1)).toBe('It is open. Sessions that look or looked at it: 1, of which at work: 1.');

  const { decisions } = (await ask(management, `/v0/alerts/${alertId}/decisions`)).body;
  const links = { stormId: 'stm_1', jobId: 'job_storm', followedBy: null };
  expect(decisions).toMatchObject([{ reason: 'storm_held', effectiveReason: 'storm_triaged', ...links }]);
  const { jobs } = (await ask(management, `/v0/alerts/${alertId}/agents`)).body;
  expect(jobs.map(({ id }: { id: string }) => id).sort()).toEqual(['job_storm', 'stm_1']);
});

test('an unknown alert is not found', async () => {
  expect(await ask(fakeManagement(), '/v0/alerts/alr_unknown/explain')).toMatchObject({ status: 404 });
});

test('the decision of a webhook rule shows what its last call came to', async () => {
  const called: Decision = { ...held, reason: 'webhook_called', stormId: undefined };
  const calls = [
    sampleCallRecord({ alertId, callId: 'msg_1' }),
    sampleCallRecord({
      alertId,
      callId: 'msg_2',
      kind: 'again',
      tries: 8,
      code: 'status_503',
      at: '2027-03-01T12:09:00.000Z',
    }),
    sampleCallRecord({ alertId, callId: 'msg_3', ruleId: 'rul_other', at: '2027-03-01T12:10:00.000Z' }),
  ];
  const withCalls = fakeManagement({ alerts: [sampleAlert()], decisions: [called], calls });
  const { decisions } = (await ask(withCalls, `/v0/alerts/${alertId}/decisions`)).body;
  const last = { id: 'msg_2', state: 'given_up', code: 'status_503', tries: 8, at: '2027-03-01T12:09:00.000Z' };
  expect(decisions).toMatchObject([{ reason: 'webhook_called', call: last }]);
  const { sentences } = (await ask(withCalls, `/v0/alerts/${alertId}/explain`)).body;
  expect(sentences.join()).toContain('dead-letter queue (msg_2, try 8, status_503)');
  const untried = fakeManagement({ alerts: [sampleAlert()], decisions: [called] });
  expect((await ask(untried, `/v0/alerts/${alertId}/decisions`)).body.decisions).toMatchObject([{ call: null }]);
});
