import { describe, expect, test } from 'vitest';
import type { KeySettings } from '../../../functions/domain/intake/keys.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';
import { firstOf, occurrencesOf } from '../../support/reading.ts';
import { alarmEvent } from './payloads/cloudwatch.ts';
import { datadogBody } from './payloads/datadog.ts';
import { grafanaBody, grafanaEntry } from './payloads/grafana.ts';
import { pagerdutyEvent } from './payloads/pagerduty.ts';

const labels = { alertname: 'CheckoutTotalsWrong', cluster: 'eu', pod: 'shop-1' };
/** As Alertmanager does, another fingerprint and another start for each set of labels. */
const alert = (settings: KeySettings, changes: object = {}, more: object = {}) =>
  firstOf(
    alertmanagerBody([
      alertmanagerEntry({ labels: { ...labels, ...changes }, fingerprint: JSON.stringify(changes), ...more }),
    ]),
    'prometheus',
    settings,
  );

const ignoring = { ignoreLabels: ['pod', 'instance'] };
const keeping = { dedupLabels: ['alertname', 'cluster'] };

describe.each([
  ['ignoreLabels', ignoring],
  ['dedupLabels', keeping],
])('label churn with %s', (_, settings) => {
  const first = alert(settings);

  test.each([
    ['another pod', { pod: 'shop-2' }],
    ['a label more', { instance: '10.0.0.7:9100' }],
    ['a label less', { pod: undefined }],
  ])('%s is the same incident', (_, changes) => {
    expect(alert(settings, changes).fingerprint).toBe(first.fingerprint);
  });

  test('another cluster is another incident', () => {
    expect(alert(settings, { cluster: 'us' }).fingerprint).not.toBe(first.fingerprint);
  });

  test("the sender's fingerprint is kept beside ours, which is versioned", () => {
    expect(first).toMatchObject({
      fingerprint: expect.stringMatching(/^v1:alertmanager\.labels\.facts:[0-9a-f]{32}$/),
      externalId: '{}',
    });
  });

  test('a start would tell them apart again: it becomes metadata', () => {
    expect(first.startsAt).toBeUndefined();
    expect(first.metadata).toMatchObject({ startsAt: '2027-03-01T11:59:00.123Z' });
  });
});

describe("the sender's key stands", () => {
  test.each<[string, KeySettings]>([
    ['without settings', {}],
    ['where nothing that the webhook names is there', { dedupLabels: ['region', 'constructor'] }],
    ['where nothing is named', { dedupLabels: [], ignoreLabels: [] }],
    ['where nothing is left', { ignoreLabels: Object.keys(labels) }],
  ])('%s', (_, settings) => {
    expect(alert(settings)).toMatchObject({
      fingerprint: 'v1:alertmanager:{}',
      startsAt: '2027-03-01T11:59:00.123Z',
    });
  });

  test('where it is not made of labels', () => {
    const body = pagerdutyEvent('incident.triggered');
    expect(firstOf(body, null, { ignoreLabels: ['urgency'] }).fingerprint).toBe('v1:pagerduty:PGR0VU2');
  });
});

describe('dot-paths', () => {
  const keyOf = (body: object, ...dedupLabels: string[]) => firstOf(body, null, { dedupLabels }).fingerprint;

  test('into the entry, and into the whole body where the entry has nothing there', () => {
    const group = (receiver: string, folder: string) =>
      grafanaBody([grafanaEntry({ labels: { alertname: 'a', 'grafana.folder': folder } })], { receiver });
    const key = keyOf(group('shop', 'x'), 'labels.grafana.folder', 'receiver');
    expect(keyOf(group('shop', 'x'), 'labels.grafana.folder', 'receiver')).toBe(key);
    expect(keyOf(group('shop', 'y'), 'labels.grafana.folder', 'receiver')).not.toBe(key);
    expect(keyOf(group('cart', 'x'), 'labels.grafana.folder', 'receiver')).not.toBe(key);
  });

  test('one incident per service of PagerDuty', () => {
    const paths = ['event.data.service.id'];
    expect(keyOf(pagerdutyEvent('incident.triggered', { id: 'A' }), ...paths)).toBe(
      keyOf(pagerdutyEvent('incident.resolved', { id: 'B' }), ...paths),
    );
  });
});

test('numbers that a double rounds make one incident of no two: they count as absent', () => {
  const key = (id: string, settings = { dedupLabels: ['team', 'metadata.id'] }) =>
    occurrencesOf(JSON.parse(`{"title":"Disk full","dedup_key":"${id}","metadata":{"id":${id}}}`), null, settings);
  expect(key('9007199254740993').map(({ fingerprint }) => fingerprint)).toEqual(['v1:generic:9007199254740993']);
  expect(key('7').map(({ fingerprint }) => fingerprint)).toEqual([expect.stringContaining('.facts:')]);
});

test("a shared key takes the sender's times away: what is over for one incident is not over for all", () => {
  const body = pagerdutyEvent('incident.resolved');
  expect(firstOf(body).occurredAt).toBe('2027-03-01T12:00:00.465Z');
  expect(firstOf(body, null, { dedupLabels: ['event.data.service.id'] }).occurredAt).toBeUndefined();
});

describe('labels that other senders make keys of', () => {
  test('the scope of a Datadog monitor', () => {
    const key = (scope: string) =>
      firstOf(datadogBody({ aggregation_key: scope, scope }), null, { ignoreLabels: ['host'] }).fingerprint;
    expect(key('host:a,region:eu')).toBe(key('host:b,region:eu'));
    expect(key('host:a,region:eu')).not.toBe(key('host:a,region:us'));
  });

  test('dimensions of a CloudWatch alarm, which stays the alarm that it is', () => {
    const key = (name: string) =>
      firstOf(alarmEvent('ALARM', 'OK', { name }), null, { ignoreLabels: ['Service'] }).fingerprint;
    expect(key('a')).toBe(key('a'));
    expect(key('a')).not.toBe(key('b'));
  });
});

test.each([
  ['a label', { labels: { where: 'label' } }, 'label'],
  ['the entry', { where: 'entry' }, 'entry'],
  ['the whole body', {}, 'body'],
])('of a name that is in several places, the one of %s counts', (_, changes, expected) => {
  const keyOf = (entry: object, where: string) =>
    firstOf({ ...alertmanagerBody([alertmanagerEntry(entry)]), where }, 'prometheus', { dedupLabels: ['where'] });
  const alone = keyOf({ labels: { where: expected } }, 'other').fingerprint;
  expect(keyOf({ labels: {}, ...changes }, 'body').fingerprint).toBe(alone);
});

test('labels that tell incidents apart count for more than those that do not', () => {
  const both = { dedupLabels: ['cluster'], ignoreLabels: ['cluster'] };
  expect(alert(both).fingerprint).toBe(alert({ dedupLabels: ['cluster'] }).fingerprint);
});

test('a start that the metadata has already stays as the sender gave it', () => {
  const entry = { title: 'Disk full', timestamp: '2027-03-01T12:00:00Z', metadata: { startsAt: 'theirs' } };
  expect(firstOf(entry, 'generic', { dedupLabels: ['title'] }).metadata).toEqual({ startsAt: 'theirs' });
});
