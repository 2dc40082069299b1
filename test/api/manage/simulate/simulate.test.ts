import { describe, expect, test } from 'vitest';
import { simulationInput } from '../../../../functions/api/manage/simulate/simulation-input.ts';
import { alertIdOf } from '../../../../functions/domain/alert/alert-id.ts';
import { sampleAlert, sampleRule } from '../../../support/fakes/alert-samples.ts';
import { alertmanagerBody, alertmanagerEntry, sampleWebhook } from '../../../support/fakes/intake.ts';
import { simulator } from './prepare.ts';

const simulateAt = '2027-03-01T13:00:00+01:00';
const alert = { title: 'Checkout totals are wrong', severity: 'critical', externalId: 'totals' };
const rules = [
  sampleRule({ id: 'rul_1', group: 'b' }),
  sampleRule({ id: 'rul_2', group: 'a', order: 1, enabled: false }),
  sampleRule({ id: 'rul_3', group: 'b', order: 2 }, { pollInterval: 7 }),
];
/** `rule reason` of each step, groups in order. */
const decided = ({
  groups,
}: {
  groups: { groupName: string; steps: { ruleId: string; decision: { reason: string } }[] }[];
}) =>
  groups.flatMap(({ groupName, steps }) =>
    steps.map(({ ruleId, decision }) => `${groupName} ${ruleId} ${decision.reason}`),
  );

describe('an alert in the words of the contract', () => {
  test('is shown with the step of each rule, in its group', async () => {
    const result = await simulator({ rules }).answer({ simulateAt, alert: { ...alert, metadata: { runbook: 'x' } } });
    expect(result).toMatchObject({
      relayId: 'rly_1',
      simulateAt,
      alertPreview: { ...alert, source: 'custom', status: 'firing', format: 'generic', metadata: { runbook: 'x' } },
      otherAlerts: [],
      alertsLeftOut: 0,
    });
    expect(decided(result)).toEqual(['b rul_1 started', 'b rul_3 scheduled', 'a rul_2 rule_disabled']);
    expect(result.groups[0]?.steps[0]).toEqual({
      ruleId: 'rul_1',
      ruleType: 'agent',
      name: 'Fix checkout',
      enabled: true,
      agentType: 'opencode',
      integrationId: 'int_1',
      endpoint: 'https://opencode.internal.corp:4096',
      wouldStart: true,
      decision: { reason: 'started', sentence: expect.stringContaining('began at 2027-03-01T12:00:00.000Z') },
    });
  });

  test('comes with what lint finds without asking a server', async () => {
    const { issues } = await simulator({ rules, webhooks: [] }).answer({ simulateAt, alert });
    expect(issues.map(({ code }) => code)).toEqual([
      'relay.no_enabled_webhook',
      'rule.unbound_integration',
      'rule.invalid_config',
    ]);
  });

  test('that is open and routed is a repeat', async () => {
    const { answer } = simulator();
    const { alertPreview } = await answer({ simulateAt, alert });
    const open = sampleAlert({ id: alertPreview.id, fingerprint: alertPreview.fingerprint, routedAt: simulateAt });
    const again = simulator({ alerts: [open] });
    expect(decided(await again.answer({ simulateAt, alert }))).toEqual(['default rul_1 duplicate_alert']);
    const closed = simulator({ alerts: [{ ...open, resolvedAt: '2027-03-01T11:30:00.000Z' }] });
    const anew = await closed.answer({ simulateAt, alert });
    expect(decided(anew)).toEqual(['default rul_1 started']);
    expect(anew.alertPreview.id).not.toBe(open.id);
  });

  test('without a time is taken to arrive now', async () => {
    expect((await simulator().answer({ alert })).simulateAt).toBe('2027-03-01T12:00:00.000Z');
  });

  test('is made up where the request has neither alert nor payload, from the source that it names', async () => {
    const { alertPreview, groups } = await simulator().answer({ simulateAt });
    expect(alertPreview).toMatchObject({ title: 'Simulated alert', severity: 'medium', source: 'custom' });
    expect(groups).toMatchObject([{ steps: [{ ruleId: 'rul_1', wouldStart: true }] }]);
    const named = await simulator().answer({ simulateAt, source: 'sentry' });
    expect(named.alertPreview).toMatchObject({ title: 'Simulated alert', source: 'sentry', format: 'generic' });
  });

  test('stores nothing: the same question has the same answer', async () => {
    const { answer } = simulator({ rules });
    expect(await answer({ simulateAt, alert })).toEqual(await answer({ simulateAt, alert }));
  });

  test('of an unknown relay is not found', async () => {
    expect(await simulator().ask({ alert }, 'rly_2')).toMatchObject({ status: 404 });
  });
});

describe('a raw payload', () => {
  const payload = alertmanagerBody([
    alertmanagerEntry(),
    alertmanagerEntry({ fingerprint: 'other' }),
    alertmanagerEntry({ status: 'resolved' }),
  ]);

  test('is recognised, and each of its alerts meets what the ones before it leave behind', async () => {
    const result = await simulator().answer({ simulateAt, payload });
    expect(result.alertPreview).toMatchObject({ format: 'alertmanager', status: 'firing' });
    const { fingerprint } = result.alertPreview;
    const startsAt = '2027-03-01T11:59:00.123Z';
    expect(result.alertPreview.id).toBe(alertIdOf({ relayId: 'rly_1', fingerprint, startsAt }));
    expect([result, ...result.otherAlerts].map((each) => [each.alertPreview.status, ...decided(each)])).toEqual([
      ['firing', 'default rul_1 started'],
      ['resolved', 'default rul_1 resolved'],
      // Its title is that of the first, whose session is at work.
      ['firing', 'default rul_1 same_title_running'],
    ]);
  });

  test('is read as its source, as the webhook that is named, or as the first one', async () => {
    const title = { title: 'Disk full' };
    const pinned = sampleWebhook({ id: 'wh_2', provider: 'prometheus' });
    const both = simulator({ webhooks: [sampleWebhook(), pinned] });
    expect((await both.answer({ payload: title })).alertPreview.format).toBe('generic');
    expect((await both.refusal({ payload: title, webhookId: 'wh_2' })).issues?.[0]?.path).toEqual([
      'payload',
      'alerts',
    ]);
    const onlyPinned = simulator({ webhooks: [pinned] });
    expect((await onlyPinned.refusal({ payload: title })).message).toBe('The request does not fit.');
    expect((await onlyPinned.answer({ payload: title, source: 'custom' })).alertPreview.title).toBe('Disk full');
    expect((await both.refusal({ payload: title, webhookId: 'wh_3' })).issues).toMatchObject([
      { path: ['webhookId'], code: 'unknown_webhook' },
    ]);
  });

  test('with more alerts than are shown says how many are left out', async () => {
    const many = Array.from({ length: 60 }, (_, index) => alertmanagerEntry({ fingerprint: `f${index}` }));
    const result = await simulator().answer({ payload: alertmanagerBody(many) });
    expect([result.otherAlerts.length, result.alertsLeftOut]).toEqual([49, 10]);
  });

  const refusals: [what: string, request: object, path: (string | number)[], code: string][] = [
    ['no format knows', { payload: { hello: 'world' } }, ['payload'], 'unknown_format'],
    ['no object', { payload: [1] }, ['payload'], 'not_an_object'],
    ['too deep', { payload: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) }, ['payload'], 'nested_too_deep'],
    [
      'too deep in an alert',
      { alert: { title: 'a', metadata: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) } },
      ['alert'],
      'nested_too_deep',
    ],
    ['a wrong field', { payload: { title: 'a', status: 'burning' } }, ['payload', 'status'], 'invalid_value'],
  ];
  test.each(refusals)("%s is refused with the intake's own words", async (_, request, path, code) => {
    expect(await simulator().refusal(request)).toMatchObject({ status: 400, issues: [{ path, code }] });
  });
});

test('alert and payload exclude each other', () => {
  expect(simulationInput.safeParse({ alert, payload: {} }).error?.issues).toMatchObject([{ path: ['alert'] }]);
});
