import { describe, expect, test } from 'vitest';
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
