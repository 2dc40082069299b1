import { describe, expect, test } from 'vitest';
import { firstOf, read } from '../../support/reading.ts';
import { datadogBody } from './payloads/datadog.ts';
import { newrelicBody } from './payloads/newrelic.ts';

const datadog = (changes: object) => firstOf(datadogBody(changes));

describe('Datadog, with our template', () => {
  test('an alert in the normal form', () => {
    expect(datadog({})).toEqual({
      status: 'firing',
      title: 'Checkout latency is high',
      message: 'p95 is above 2 s.\n\n@webhook-opencode-relay',
      severity: 'high',
      source: 'datadog',
      service: 'checkout',
      environment: 'production',
      externalId: '9bd4ac313a4d1e8fae2482df7b77628',
      fingerprint: 'v1:datadog:9bd4ac313a4d1e8fae2482df7b77628',
      occurredAt: '2027-03-08T12:00:00.000Z',
      links: { link: 'https://app.datadoghq.com/monitors/1234' },
      labels: {
        env: 'production',
        service: 'checkout',
        team: 'shop',
        monitor: 'true',
        host: 'shop-1',
        region: 'eu-west-1',
      },
      metadata: expect.objectContaining({ cycle_key: '1804507140000000001', monitor_id: '1234', hostname: 'shop-1' }),
    });
  });

  test.each([
    ['Triggered', 'firing'],
    ['Recovered', 'resolved'],
    ['Re-Triggered', 'update'],
    ['Renotify', 'update'],
    ['Warn', 'update'],
    ['Re-Warn', 'update'],
    ['No Data', 'unknown'],
    ['Re-No Data', 'unknown'],
    ['', 'update'],
  ])('transition "%s" is %s', (transition, status) => expect(datadog({ transition }).status).toBe(status));

  test.each([
    [{ priority: 'P1' }, 'critical'],
    [{ priority: 'P4' }, 'low'],
    [{ priority: 'P5' }, 'info'],
    [{ priority: '', type: 'error' }, 'critical'],
    [{ priority: 'null', type: 'warning' }, 'medium'],
    [{ priority: '$ALERT_PRIORITY', type: 'success' }, 'info'],
  ])('%j is %s', (changes, severity) => expect(datadog(changes).severity).toBe(severity));

  test('without an aggregation key the monitor and its scope make one, in any order', () => {
    const bare = { aggregation_key: '' };
    const { fingerprint } = datadog(bare);
    expect(datadog({ ...bare, scope: 'region:eu-west-1,host:shop-1' }).fingerprint).toBe(fingerprint);
    expect(datadog({ ...bare, scope: 'host:shop-2, region:eu-west-1' }).fingerprint).not.toBe(fingerprint);
    expect(datadog({ ...bare, monitor_id: '1235' }).fingerprint).not.toBe(fingerprint);
  });

  test.each([
    ['another version of the template', { template: 'datadog/2' }, ['template']],
    ['no key at all', { aggregation_key: '', monitor_id: '$ALERT_ID' }, ['aggregation_key']],
  ])('%s is refused, with the way out', (_, changes, path) => {
    expect(read(datadogBody(changes))).toMatchObject({
      code: 'invalid_payload',
      message: expect.stringMatching(/template.*README/),
      issues: [{ path }],
    });
  });

  test("Datadog's own default body is refused with the way out, if the webhook is pinned", () => {
    expect(read({ id: '1', title: 'x', event_type: 'alert' }, 'datadog')).toMatchObject({
      code: 'invalid_payload',
      issues: [{ path: ['template'] }],
    });
  });
});

const newrelic = (changes: object) => firstOf(newrelicBody(changes));

describe('New Relic, with our template', () => {
  test('an issue in the normal form', () => {
    expect(newrelic({})).toMatchObject({
      status: 'firing',
      title: 'Checkout latency is high',
      severity: 'critical',
      source: 'newrelic',
      service: 'checkout',
      externalId: '0ea2df1c-adab-45d2-aae0-042b609d2322',
      fingerprint: 'v1:newrelic:0ea2df1c-adab-45d2-aae0-042b609d2322',
      startsAt: new Date(1804507140000).toISOString(),
      links: { issueUrl: expect.stringMatching(/^https:/) },
      metadata: { entities: ['checkout'], policies: ['Shop'], conditions: ['p95 above 2 s'] },
    });
  });

  test.each([
    ['CREATED', 'STATE_CHANGE', 'firing'],
    ['ACTIVATED', 'STATE_CHANGE', 'firing'],
    ['ACTIVATED', 'INCIDENT_ADDED', 'update'],
    ['ACTIVATED', 'INCIDENT_CLOSED', 'update'],
    ['ACTIVATED', 'PRIORITY_CHANGED', 'update'],
    ['ACTIVATED', 'USER_ACTION', 'update'],
    ['CLOSED', 'STATE_CHANGE', 'resolved'],
    ['CLOSED', 'CLOSE_INACTIVE', 'resolved'],
  ])('%s by %s is %s', (state, triggerEvent, status) => {
    expect(newrelic({ state, triggerEvent }).status).toBe(status);
  });

  test.each([
    ['CRITICAL', 'critical'],
    ['HIGH', 'high'],
    ['MEDIUM', 'medium'],
    ['LOW', 'low'],
  ])('priority %s is %s', (priority, severity) => expect(newrelic({ priority }).severity).toBe(severity));

  test('a muted issue is no alert; its end is told', () => {
    const muted = { mutingState: 'FULLY_MUTED' };
    expect(read(newrelicBody(muted))).toMatchObject({ nothing: { code: 'muted' } });
    expect(newrelic({ ...muted, state: 'CLOSED' }).status).toBe('resolved');
  });

  test.each([
    ['another version of the template', { template: 'newrelic/2' }, ['template']],
    ['no issue', { issueId: null }, ['issueId']],
  ])('%s is refused, with the way out', (_, changes, path) => {
    expect(read(newrelicBody(changes))).toMatchObject({
      message: expect.stringMatching(/template.*README/),
      issues: [{ path }],
    });
  });
});
