import { describe, expect, test } from 'vitest';
import { datadogBody } from '../../domain/intake/payloads/datadog.ts';
import { opsgenieBody } from '../../domain/intake/payloads/opsgenie.ts';
import { pagerdutyEvent } from '../../domain/intake/payloads/pagerduty.ts';
import { sentryEventAlert } from '../../domain/intake/payloads/sentry.ts';
import { Door } from '../../support/fakes/door.ts';
import { alertmanagerBody, alertmanagerEntry, sampleWebhook } from '../../support/fakes/intake.ts';
import { datadogDefault, grafanaLegacy, newrelicDefault, sentryUptime, strangers } from './bodies.ts';

/** What of the alerts is left after each body. */
type Step = [body: object, ...states: string[]];

const lives: [sender: string, steps: Step[], starts: number][] = [
  [
    "Datadog's default template",
    [
      [datadogDefault('[Triggered on {host:a}] Disk'), 'open'],
      [datadogDefault('[Re-Triggered on {host:a}] Disk'), 'open'],
      [datadogDefault('[Triggered on {host:b}] Disk'), 'open', 'open'],
      [datadogDefault('[P1] [Recovered on {host:a}] Disk', { date: '1804507260000' }), 'resolved', 'open'],
      [datadogDefault('[Triggered on {host:a}] Disk', { date: '1804507320000' }), 'resolved', 'open', 'open'],
    ],
    3,
  ],
  ["Datadog's default template, an end first", [[datadogDefault('[Recovered on {host:a}] Disk'), 'resolved']], 0],
  [
    "New Relic's default template",
    [
      [newrelicDefault('CREATED', 'STATE_CHANGE'), 'open'],
      [newrelicDefault('ACTIVATED', 'INCIDENT_ADDED'), 'open'],
      [newrelicDefault('CLOSED', 'INCIDENT_CLOSED'), 'resolved'],
    ],
    1,
  ],
  [
    "Grafana's legacy alerting",
    [
      [grafanaLegacy('pending'), 'open'],
      [grafanaLegacy('alerting'), 'open'],
      [grafanaLegacy('no_data'), 'open'],
      [grafanaLegacy('paused'), 'open'],
      [grafanaLegacy('ok'), 'resolved'],
    ],
    1,
  ],
  [
    'the generic format, in words of others',
    [
      [{ title: 'Disk', dedup_key: 'd', status: 'alerting' }, 'open'],
      [{ title: 'Disk', dedup_key: 'd', status: 'ok' }, 'resolved'],
    ],
    1,
  ],
  [
    'PagerDuty, acknowledged and left again',
    [
      [pagerduty('triggered', 1), 'open'],
      [pagerduty('acknowledged', 2), 'acknowledged'],
      [pagerduty('unacknowledged', 3), 'open'],
      [pagerduty('acknowledged', 2, 'late'), 'open'],
      [pagerduty('acknowledged', 5), 'acknowledged'],
      [pagerduty('resolved', 6), 'resolved'],
      [pagerduty('reopened', 7), 'resolved', 'open'],
    ],
    2,
  ],
  [
    'Opsgenie, acknowledged and left again, and an escalation that names the id alone',
    [
      [opsgenieBody('Create'), 'open'],
      [{ action: 'Escalate', alert: { alertId: '052652ac-5d1c-464a-812a-7dd18bbfba8c-1804507140000' } }, 'open'],
      [opsgenieBody('Acknowledge'), 'acknowledged'],
      [opsgenieBody('UnAcknowledge'), 'open'],
      [opsgenieBody('Close'), 'resolved'],
    ],
    1,
  ],
  [
    "Datadog's test button",
    [[datadogBody({ monitor_title: '[TEST] [Triggered] Disk', title: '[TEST] Disk' }), 'test']],
    0,
  ],
  ["Datadog's test button, default template", [[datadogDefault('[TEST] [Triggered on {host:a}] Disk'), 'test']], 0],
  ["Sentry's sample event", [[sentryEventAlert({ tags: [['sample_event', 'yes']] }), 'test']], 0],
];

function pagerduty(what: string, minute: number, id = `e${minute}`): object {
  const body = pagerdutyEvent(`incident.${what}`);
  const event: object = Reflect.get(body, 'event');
  return { event: { ...event, id, occurred_at: `2027-03-01T12:0${minute}:00Z` } };
}

describe('the life of an alert, as its sender tells it:', () => {
  test.each(lives)('%s', async (_, steps, starts) => {
    const door = new Door();
    for (const [index, [body, ...states]] of steps.entries()) {
      await door.post(body);
      expect(door.states, `after body ${index + 1}`).toEqual(states);
      door.world.endSessions('session_failed');
    }
    expect([door.starts, door.balanced]).toEqual([starts, true]);
  });
});

describe('what nobody can know is not guessed:', () => {
  test.each(strangers)('%s is refused, naming it and what to do', async (_, body, advice) => {
    const door = new Door();
    const { status, code, message } = await door.refusal(body);
    expect({ status, code }).toEqual({ status: 400, code: 'unknown_format' });
    expect(message).toMatch(advice);
    expect(door.alerts).toEqual([]);
  });

  test.each(['generic', 'custom'] as const)(
    'pinned to %s, a body is read as told, and its words are shown',
    async (provider) => {
      const door = new Door({ webhooks: [sampleWebhook({ provider })] });
      await door.post({ title: 'x', state: 'CLOSED' });
      expect(door.alerts).toMatchObject([{ metadata: { intake: { otherFields: { state: 'CLOSED' } } } }]);
      expect(door.states).toEqual(['open']);
    },
  );

  test('beside a status of ours the words of others are other fields', async () => {
    const door = new Door();
    await door.post({ title: 'x', status: 'resolved', state: 'whatever' });
    expect(door.states).toEqual(['resolved']);
  });

  test("Datadog's default template without a state in its title is refused", async () => {
    const { code, message } = await new Door().refusal(datadogDefault('Deployed version 7'));
    expect([code, message]).toEqual(['invalid_payload', expect.stringMatching(/datadog.*template/)]);
  });
});

const shown: [what: string, body: object, alert: object][] = [
  [
    "New Relic's default template",
    newrelicDefault('CREATED', 'STATE_CHANGE'),
    { severity: 'critical', service: 'checkout', externalId: 'c5' },
  ],
  [
    "Grafana's legacy alerting",
    grafanaLegacy('alerting'),
    { title: 'Totals are wrong', severity: 'critical', externalId: '3' },
  ],
  [
    'an issue of Sentry that is no exception',
    sentryUptime(),
    {
      message: 'the shop is down\n\nFailure reason: timeout\n\nThe monitor has failed three times',
      service: 'shop',
      metadata: { intake: { otherFields: { sdk: { name: 'uptime' } } } },
    },
  ],
  [
    "a rule of Grafana's that has no data",
    {
      version: '1',
      orgId: 1,
      alerts: [{ status: 'firing', labels: { alertname: 'DatasourceNoData', rulename: 'Errors' } }],
    },
    { title: 'Errors (DatasourceNoData)' },
  ],
  [
    'a value that is missing in the text',
    {
      version: '1',
      orgId: 1,
      alerts: [{ status: 'firing', labels: { alertname: 'Errors' }, annotations: { summary: '[no value] errors' } }],
    },
    { title: 'Errors', metadata: { annotations: { summary: '[no value] errors' } } },
  ],
  [
    'a title in a label',
    { alerts: [{ status: 'firing', labels: { alert_name: 'Scheduler is unavailable' }, annotations: {} }] },
    { title: 'Scheduler is unavailable' },
  ],
  [
    'a priority in a label',
    alertmanagerBody([alertmanagerEntry({ labels: { alertname: 'a', priority: 'P0' } })]),
    { severity: 'critical' },
  ],
  [
    'a word of a team',
    { title: 'x', severity: 'SEV2' },
    { severity: 'high', metadata: { intake: { severity: 'SEV2' } } },
  ],
];

describe('an alert shows', () => {
  test.each(shown)('%s', async (_, body, alert) => {
    const door = new Door();
    await door.post(body);
    expect(door.alerts).toMatchObject([alert]);
  });

  test('a numeric label as text, and none of the others is lost for it', async () => {
    const door = new Door();
    const alert = (labels: object) => ({ status: 'firing', labels });
    await door.post({ version: '4', alerts: [alert({ alertname: 'P', code: 503 }), alert({ alertname: 'Q' })] });
    expect(door.alerts.map(({ title, labels }) => [title, labels.code])).toEqual([
      ['P', '503'],
      ['Q', undefined],
    ]);
  });
});
