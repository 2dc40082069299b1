import { describe, expect, test } from 'vitest';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';
import { occurrencesOf } from '../../support/reading.ts';
import { axiomBody, axiomMonitorBody } from './payloads/axiom.ts';
import { betterstackError, betterstackIncident } from './payloads/betterstack.ts';
import { alarmEvent, alarmMessage, contributorEvent } from './payloads/cloudwatch.ts';
import { datadogBody } from './payloads/datadog.ts';
import { genericBody } from './payloads/generic.ts';
import { grafanaBody, grafanaEntry } from './payloads/grafana.ts';
import { newrelicBody } from './payloads/newrelic.ts';
import { opsgenieBody } from './payloads/opsgenie.ts';
import { pagerdutyEvent, pagerdutyNote } from './payloads/pagerduty.ts';
import { sentryEventAlert, sentryIssue, sentryMetricAlert } from './payloads/sentry.ts';

const grafana = (changes: object, group: object = {}) => grafanaBody([grafanaEntry(changes)], group);
const prometheus = (changes: object, group: object = {}) => alertmanagerBody([alertmanagerEntry(changes)], group);

/**
 * For each incident all that its sender says of it, from the first word to the last, repeats and twins of an HA pair
 * included.
 */
const incidents: [name: string, bodies: object[]][] = [
  [
    'Alertmanager',
    [prometheus({}), prometheus({}, { externalURL: 'http://twin' }), prometheus({ status: 'resolved' })],
  ],
  ['Alertmanager, another', [prometheus({ fingerprint: 'b1946ac92492d235' })]],
  ['Grafana', [grafana({}), grafana({}, { externalURL: 'http://twin' }), grafana({ status: 'resolved' })]],
  ['Grafana, another', [grafana({ fingerprint: '57c6d9296de2ad38' })]],
  [
    'Sentry issue',
    [sentryIssue('created'), sentryEventAlert(), sentryEventAlert({ level: 'fatal' }), sentryIssue('resolved')],
  ],
  ['Sentry issue, another', [sentryIssue('created', { id: '1170820243' }), sentryEventAlert({ issue_id: 1170820243 })]],
  ['Sentry metric', ['critical', 'warning', 'resolved'].map((action) => sentryMetricAlert(action))],
  ['Sentry metric, another', [sentryMetricAlert('critical', { id: '1170820242' })]],
  [
    'PagerDuty',
    [
      ...['triggered', 'acknowledged', 'reassigned', 'resolved', 'reopened'].map((what) =>
        pagerdutyEvent(`incident.${what}`),
      ),
      pagerdutyNote(),
    ],
  ],
  ['PagerDuty, another', [pagerdutyEvent('incident.triggered', { id: 'PGR0VU3' })]],
  [
    'Datadog',
    ['Triggered', 'Re-Triggered', 'Recovered'].map((transition) => datadogBody({ transition, id: transition })),
  ],
  ['Datadog, another', [datadogBody({ aggregation_key: '9bd4ac313a4d1e8fae2482df7b77629' })]],
  ['Datadog by monitor', [datadogBody({ aggregation_key: '' }), datadogBody({ aggregation_key: 'null' })]],
  ['Datadog by monitor, another host', [datadogBody({ aggregation_key: '', scope: 'host:shop-2' })]],
  ['Axiom', [axiomBody('Open'), axiomBody('Open', { value: 140 }), axiomBody('Closed', { value: 0 })]],
  ['Axiom, another group', [axiomBody('Open', { groupValues: ['cart', 'eu-west-1'] })]],
  ['Axiom, nested', [axiomMonitorBody('triggered'), axiomMonitorBody('resolved')]],
  ['Opsgenie', ['Create', 'Acknowledge', 'AddNote', 'Close'].map((action) => opsgenieBody(action))],
  ['Opsgenie, another', [opsgenieBody('Create', { alias: 'cart-totals' })]],
  ['New Relic', [newrelicBody(), newrelicBody({ triggerEvent: 'INCIDENT_ADDED' }), newrelicBody({ state: 'CLOSED' })]],
  ['New Relic, another', [newrelicBody({ issueId: 'other' })]],
  ['Better Stack incident', [betterstackIncident(), betterstackIncident({ resolved_at: '2027-03-01T12:30:00Z' })]],
  ['Better Stack error of that number', [betterstackError('new_error'), betterstackError('resolved')]],
  [
    'CloudWatch',
    [alarmEvent('ALARM', 'OK'), alarmEvent('OK', 'ALARM'), alarmMessage('ALARM', 'OK'), alarmMessage('OK', 'ALARM')],
  ],
  ['CloudWatch, another account', [alarmEvent('ALARM', 'OK', { account: '210987654321' })]],
  ['CloudWatch, another region', [alarmMessage('ALARM', 'OK', { region: 'us-east-1' })]],
  ['CloudWatch, one series', [contributorEvent('c1', 'carts')]],
  ['CloudWatch, another series', [contributorEvent('c2', 'orders')]],
  ['generic', [genericBody(), genericBody({ status: 'resolved', timestamp: '2027-03-01T12:30:00Z' })]],
  ['generic, another', [genericBody({ dedup_key: 'PGR0VU2' })]],
];

const fingerprintsOf = (bodies: object[]): Set<string> =>
  new Set(bodies.flatMap((body) => occurrencesOf(body).map(({ fingerprint }) => fingerprint)));

describe('fingerprints', () => {
  test.each(incidents)('%s: all that is said of it has one', (_, bodies) => {
    expect(fingerprintsOf(bodies).size).toBe(1);
  });

  test('no two incidents share one', () => {
    expect(fingerprintsOf(incidents.flatMap(([, bodies]) => bodies)).size).toBe(incidents.length);
  });

  test('each is versioned', () => {
    for (const fingerprint of fingerprintsOf(incidents.flatMap(([, bodies]) => bodies))) {
      expect(fingerprint).toMatch(/^v1:[a-z._]+:./);
    }
  });

  test('a start, where there is one, is the same in all that is said', () => {
    for (const [name, bodies] of incidents) {
      const starts = bodies.flatMap((body) => occurrencesOf(body)).flatMap(({ startsAt }) => startsAt ?? []);
      expect.soft(new Set(starts).size, name).toBeLessThanOrEqual(1);
    }
  });
});
