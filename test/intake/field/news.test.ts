import { describe, expect, test } from 'vitest';
import { datadogBody } from '../../domain/intake/payloads/datadog.ts';
import { newrelicBody } from '../../domain/intake/payloads/newrelic.ts';
import { opsgenieBody } from '../../domain/intake/payloads/opsgenie.ts';
import { pagerdutyEvent } from '../../domain/intake/payloads/pagerduty.ts';
import { sentryMetricAlert } from '../../domain/intake/payloads/sentry.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { Door } from '../../support/fakes/door.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';

const criticalOnly = sampleRule({}, { config: { match: { severity: { atLeast: 'critical' } } } });
const labelled = (labels: object, changes: object = {}) =>
  alertmanagerBody([alertmanagerEntry({ labels: { alertname: 'CheckoutSlow', ...labels }, ...changes })]);
const at = (minute: number) => `2027-03-01T12:0${minute}:00Z`;
const pagerduty = (type: string, minute: number, changes: object) => {
  const body = pagerdutyEvent(type, { urgency: 'low', ...changes });
  return { event: { ...Object(Reflect.get(body, 'event')), id: `e${minute}`, occurred_at: at(minute) } };
};

const rises: [sender: string, warning: object, critical: object, first: string][] = [
  ['Alertmanager', labelled({ severity: 'warning' }), labelled({ severity: 'critical' }), 'medium'],
  [
    'PagerDuty, whose priority is set later',
    pagerduty('incident.triggered', 1, { priority: null }),
    pagerduty('incident.priority_updated', 2, { priority: { summary: 'P1' } }),
    'low',
  ],
  ['Sentry metric', sentryMetricAlert('warning'), sentryMetricAlert('critical'), 'medium'],
  [
    'New Relic',
    newrelicBody({ priority: 'MEDIUM' }),
    newrelicBody({ priority: 'CRITICAL', triggerEvent: 'PRIORITY_CHANGED' }),
    'medium',
  ],
  [
    'Opsgenie',
    opsgenieBody('Create', { priority: 'P3' }),
    opsgenieBody('UpdatePriority', { priority: 'P1' }),
    'medium',
  ],
  [
    'Datadog',
    datadogBody({ priority: 'P3', id: '1' }),
    datadogBody({ priority: 'P1', id: '2', transition: 'Re-Triggered' }),
    'medium',
  ],
];

describe('a rule for critical alerts only', () => {
  test.each(rises)('%s: is asked again once the severity rises, and once only', async (_, warning, critical, first) => {
    const door = new Door({ rules: [criticalOnly] });
    await door.post(warning);
    expect(door.world.ledger()).toEqual(['rul_1 not_matched 1']);
    expect(door.alerts[0]?.firstSeverity).toBeUndefined();

    await door.post(critical);
    expect(door.world.ledger()).toEqual(['rul_1 not_matched 1', 'rul_1 started 1']);
    expect(door.alerts).toMatchObject([{ severity: 'critical', firstSeverity: first }]);
    expect([...door.world.executions.values()]).toMatchObject([{ alert: { severity: 'critical' } }]);

    await door.post({ ...critical });
    expect([door.starts, door.alerts.length, door.balanced]).toEqual([1, 1, true]);
  });

  test('is not asked again while the severity stays, or falls', async () => {
    const door = new Door({ rules: [criticalOnly] });
    for (const severity of ['warning', 'warning', 'low']) await door.post(labelled({ severity }));
    expect(door.world.ledger()).toEqual(['rul_1 duplicate_alert 2', 'rul_1 not_matched 1']);
    expect(door.alerts).toMatchObject([{ severity: 'low', firstSeverity: 'medium' }]);
  });

  test('starts one session, whatever the severity does after that', async () => {
    const door = new Door({ rules: [criticalOnly] });
    for (const severity of ['warning', 'critical', 'warning', 'critical']) {
      await door.post(labelled({ severity }));
      door.world.endSessions('no_changes');
    }
    expect(door.world.ledger()).toEqual(['rul_1 duplicate_alert 2', 'rul_1 not_matched 1', 'rul_1 started 1']);
    expect(door.starts).toBe(1);
  });

  test('is not asked about an alert that is over', async () => {
    const door = new Door({ rules: [criticalOnly] });
    await door.post(labelled({ severity: 'warning' }));
    await door.post(labelled({ severity: 'warning' }, { status: 'resolved' }));
    await door.post(labelled({ severity: 'critical' }));
    expect(door.starts).toBe(0);
  });

  test('what is told late, by the time of its sender, is no news', async () => {
    const door = new Door({ rules: [criticalOnly] });
    await door.post(pagerduty('incident.triggered', 3, { priority: null }));
    await door.post(pagerduty('incident.priority_updated', 1, { priority: { summary: 'P1' } }));
    expect(door.alerts).toMatchObject([{ severity: 'low' }]);
    expect(door.starts).toBe(0);
  });

  test('a message that names no severity leaves it as it is', async () => {
    const door = new Door({ rules: [criticalOnly] });
    await door.post({ title: 'Disk', dedup_key: 'disk', severity: 'high', labels: { a: '1' } });
    await door.post({ title: 'Disk', dedup_key: 'disk', status: 'update', labels: { b: '2' } });
    expect(door.alerts).toMatchObject([{ severity: 'high', labels: { a: '1', b: '2' } }]);
    expect(door.alerts[0]?.firstSeverity).toBeUndefined();
  });
});

test.each(['record', 'updateContent'])(
  'news whose routing breaks off in %s are routed again: one session, every entry counted once',
  async (method) => {
    const door = new Door({ rules: [criticalOnly] });
    await door.post(labelled({ severity: 'warning' }));
    door.failOnce(method);
    await expect(door.post(labelled({ severity: 'critical' }))).rejects.toThrow('throttled');
    await door.again();
    expect(door.alerts).toMatchObject([{ severity: 'critical', firstSeverity: 'medium' }]);
    expect(door.world.ledger()).toEqual(['rul_1 not_matched 1', 'rul_1 started 1']);
    expect([door.starts, door.balanced]).toEqual([1, true]);
  },
);

const forLabel = (id: string, group: string, order: number) =>
  sampleRule({ id, group, order }, { config: { match: { field: 'labels.team', equals: 'shop' } } });

describe('rules that ask for a label which comes later', () => {
  const [without, withIt] = [labelled({ severity: 'high' }), labelled({ severity: 'high', team: 'shop' })];

  test('are asked again, each in its group', async () => {
    const door = new Door({ rules: [forLabel('a', 'a', 0), forLabel('b', 'b', 0), sampleRule({ id: 'c' })] });
    await door.post(without);
    door.world.endSessions('no_changes');
    await door.post(withIt);
    expect(door.world.ledger()).toEqual([
      'a not_matched 1',
      'a started 1',
      'b not_matched 1',
      'b started 1',
      'c duplicate_alert 1',
      'c started 1',
    ]);
    expect(door.balanced).toBe(true);
  });

  test('of one group: the first acts, and the others are told that it does', async () => {
    const door = new Door({ rules: [forLabel('a', 'g', 0), forLabel('b', 'g', 1)] });
    await door.post(without);
    await door.post(withIt);
    expect(door.world.ledger()).toEqual(['a not_matched 1', 'a started 1', 'b not_matched 1', 'b not_needed 1']);
    expect([door.starts, door.balanced]).toEqual([1, true]);
  });

  test('are left alone where another rule of their group has the alert in hand', async () => {
    const door = new Door({ rules: [forLabel('a', 'g', 0), sampleRule({ id: 'b', group: 'g', order: 1 })] });
    await door.post(without);
    await door.post(withIt);
    expect(door.world.ledger()).toEqual([
      'a duplicate_alert 1',
      'a not_matched 1',
      'b duplicate_alert 1',
      'b started 1',
    ]);
  });
});
