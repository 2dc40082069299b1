import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, occurrencesOf, read } from '../../support/reading.ts';
import { grafanaBody, grafanaEntry, grafanaTest } from './payloads/grafana.ts';

const one = (changes: object) => firstOf(grafanaBody([grafanaEntry(changes)]));

describe('Grafana', () => {
  test('an alert in the normal form; markup stays text', () => {
    expect(read(grafanaBody())).toEqual({
      format: 'grafana',
      occurrences: [
        {
          status: 'firing',
          title: 'Memory of <b>shop-1</b> is **above** 90 %',
          message: 'The process uses 94 % of its memory.',
          severity: 'critical',
          source: 'grafana',
          service: 'checkout',
          environment: 'production',
          externalId: '57c6d9296de2ad39',
          fingerprint: 'v1:grafana:57c6d9296de2ad39',
          startsAt: '2027-03-01T11:59:00.000Z',
          links: {
            runbook: 'https://runbooks.example.com/memory',
            generator: 'https://grafana.example.com/alerting/grafana/abc/view?orgId=1',
            dashboard: 'https://grafana.example.com/d/d1',
            panel: 'https://grafana.example.com/d/d1?viewPanel=2',
            silence: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
            grafana: 'https://grafana.example.com/',
          },
          labels: {
            alertname: 'High memory usage',
            severity: 'critical',
            service: 'checkout',
            env: 'production',
            instance: 'shop-1:9100',
            grafana_folder: 'Shop',
          },
          metadata: {
            values: { A: 94.2, C: 1 },
            valueString: "[ var='A' labels={instance=shop-1:9100} value=94.2 ]",
            ruleUID: 'rule-7',
            receiver: 'opencode-relay',
            groupKey: '{}:{alertname="High memory usage"}',
            orgId: '1',
            annotations: { owner: 'team-shop' },
          },
        },
      ],
    });
  });

  test('firing and resolved in one body; the end stands in the metadata', () => {
    const resolved = grafanaEntry({ status: 'resolved', endsAt: '2027-03-01T12:30:00Z' });
    const [one, two] = occurrencesOf(grafanaBody([grafanaEntry(), resolved]));
    expect([one?.status, two?.status]).toEqual(['firing', 'resolved']);
    expect(two).toMatchObject({ fingerprint: one?.fingerprint, metadata: { endsAt: '2027-03-01T12:30:00.000Z' } });
  });

  test.each([
    ['DatasourceNoData', 'firing', 'unknown'],
    ['DatasourceError', 'firing', 'unknown'],
    ['DatasourceNoData', 'resolved', 'resolved'],
    ['Disk full', 'firing', 'firing'],
  ])('%s that is %s has status %s', (alertname, status, expected) => {
    expect(one({ labels: { alertname }, status }).status).toBe(expected);
  });

  test('the test button of a contact point is a test', () => expect(firstOf(grafanaTest()).status).toBe('test'));

  test('hidden alerts are shown', () => {
    expect(firstOf(grafanaBody(undefined, { truncatedAlerts: 3 })).metadata).toMatchObject({ truncatedAlerts: 3 });
  });

  test('without a fingerprint the labels make one', () => {
    const { fingerprint } = one({ fingerprint: undefined, labels: { a: '1', b: '2' } });
    expect(fingerprint).toMatch(/^v1:grafana\.facts:/);
    expect(one({ fingerprint: undefined, labels: { b: '2', a: '1' } }).fingerprint).toBe(fingerprint);
    expect(one({ fingerprint: undefined, labels: { a: '1' } }).fingerprint).not.toBe(fingerprint);
  });

  test('decoration of another kind is kept as it came', () => {
    expect(one({ values: 'none', startsAt: 7, novelty: true })).toMatchObject({
      status: 'firing',
      metadata: { intake: { otherFields: { values: 'none', novelty: true } } },
    });
  });

  test.each([
    ['no list', { alerts: {} }, ['alerts']],
    ['no alerts', { alerts: [] }, ['alerts']],
    ['no object', { alerts: ['x'] }, ['alerts', 0]],
    ['an unknown status', { alerts: [grafanaEntry(), grafanaEntry({ status: 'x' })] }, ['alerts', 1, 'status']],
    ['nothing that tells it from others', { alerts: [{ status: 'firing' }] }, ['alerts', 0, 'labels']],
  ])('%s is refused, naming the field', (_, changes, path) => {
    expect(read(grafanaBody([], changes), 'grafana')).toMatchObject({
      code: 'invalid_payload',
      message: expect.stringContaining('custom payload'),
      issues: [{ path, message: expect.stringMatching(/^must /) }],
    });
  });
});

const bare = grafanaBody([grafanaEntry({ labels: {}, annotations: {} })], { title: '' });
describeReads('Grafana', bare, [
  ['title', 'alerts.0.annotations.summary', 'alerts.0.annotations.title', 'alerts.0.labels.alertname', 'title'],
  ['message', 'alerts.0.annotations.description', 'alerts.0.annotations.message'],
  ['severity', 'alerts.0.labels.severity'],
  ['service', 'alerts.0.labels.service', 'alerts.0.labels.app'],
  ['environment', 'alerts.0.labels.environment', 'alerts.0.labels.env'],
  ['externalId', 'alerts.0.fingerprint'],
  ['startsAt', 'alerts.0.startsAt'],
  ['links.runbook', 'alerts.0.annotations.runbook_url'],
  ['links.generator', 'alerts.0.generatorURL'],
  ['links.dashboard', 'alerts.0.dashboardURL'],
  ['links.panel', 'alerts.0.panelURL'],
  ['links.silence', 'alerts.0.silenceURL'],
  ['links.image', 'alerts.0.imageURL'],
  ['links.grafana', 'externalURL'],
  ['metadata.valueString', 'alerts.0.valueString'],
  ['metadata.ruleUID', 'alerts.0.ruleUID'],
  ['metadata.receiver', 'receiver'],
  ['metadata.groupKey', 'groupKey'],
  ['metadata.orgId', 'orgId'],
  ['metadata.annotations.owner', 'alerts.0.annotations.owner'],
  ['metadata.intake.otherFields.novelty', 'alerts.0.novelty'],
]);

describe('Grafana, what is left out', () => {
  test.each(['summary', 'title', 'description', 'message', 'runbook_url', '__dashboardUid__', '__panelId__'])(
    'annotation %s has a place of its own, or none',
    (annotation) => expect(one({ annotations: { [annotation]: 'x' } }).metadata).not.toHaveProperty('annotations'),
  );

  test.each([
    [0, undefined],
    [1, 1],
    ['2', undefined],
  ])('%j hidden alerts are shown as %s', (truncatedAlerts, shown) => {
    expect(firstOf(grafanaBody(undefined, { truncatedAlerts })).metadata.truncatedAlerts).toBe(shown);
  });

  test('the end of a firing alert is no end', () => {
    expect(one({ endsAt: '2027-03-01T12:30:00Z' }).metadata).not.toHaveProperty('endsAt');
  });

  test('no values are no metadata', () => expect(one({ values: {} }).metadata).not.toHaveProperty('values'));

  test('an alert of the test button that is resolved is a test, too', () => {
    expect(one({ labels: { alertname: 'TestAlert' }, status: 'resolved' }).status).toBe('test');
  });
});
