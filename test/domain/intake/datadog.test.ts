import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import { datadogBody } from './payloads/datadog.ts';

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

describeReads('Datadog', datadogBody({ aggregation_key: 'k', tags: '', scope: '' }), [
  ['title', 'monitor_title', 'title'],
  ['message', 'message'],
  ['severity', 'priority', 'type'],
  ['externalId', 'aggregation_key', 'monitor_id'],
  ['occurredAt', 'date'],
  ['links.link', 'link'],
  ['links.snapshot', 'snapshot'],
  ['metadata.status', 'status'],
  ['metadata.query', 'query'],
  ['metadata.metric', 'metric'],
  ['metadata.hostname', 'hostname'],
  ['metadata.date', 'date'],
  ['metadata.cycle_key', 'cycle_key'],
  ['metadata.id', 'id'],
  ['metadata.transition', 'transition'],
  ['metadata.monitor_id', 'monitor_id'],
  ['metadata.org_id', 'org_id'],
  ['metadata.org_name', 'org_name'],
  ['metadata.eventTitle', 'title'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('Datadog, the rest', () => {
  test.each([
    ['service and environment are tags', { tags: 'service:a,env:b,environment:c', scope: '' }, 'a', 'b'],
    ['the long name, where there is no short one', { tags: 'environment:c', scope: '' }, undefined, 'c'],
    ['the scope counts for more than the tags', { tags: 'service:a,env:b', scope: 'service:s,env:e' }, 's', 'e'],
  ])('%s', (_, changes, service, environment) => {
    const read = datadog(changes);
    expect([read.service, read.environment]).toEqual([service, environment]);
  });

  test.each([' triggered ', 'ALERT', 'Alert'])('transition "%s" is firing', (transition) => {
    expect(datadog({ transition }).status).toBe('firing');
  });

  test.each([
    ['error', 'critical'],
    ['WARNING', 'medium'],
    ['info', 'info'],
    ['success', 'info'],
    ['emergency', 'critical'],
  ])('without a priority type %s is %s', (type, severity) => {
    expect(datadog({ priority: '', type }).severity).toBe(severity);
  });

  test.each(['', ' ', 'null', 'NULL', 'none', 'N/A', '$MONITOR_TITLE', '$hostname'])(
    'a field that is filled with "%s" is empty',
    (unfilled) => {
      expect(datadog({ monitor_title: unfilled, title: '' }).title).toBe('Datadog monitor 1234');
      expect(datadog({ query: unfilled }).metadata).not.toHaveProperty('query');
    },
  );

  test.each(['nullable', '$5 off', 'none left', '$A $B'])('a title of "%s" is one', (title) => {
    expect(datadog({ monitor_title: title }).title).toBe(title);
  });

  test('without title and monitor the key is the title', () => {
    expect(datadog({ monitor_title: '', title: '', monitor_id: '' }).title).toBe(
      'Datadog monitor 9bd4ac313a4d1e8fae2482df7b77628',
    );
  });

  test('a monitor and an aggregation key of the same text are two incidents', () => {
    const byMonitor = datadog({ aggregation_key: '', scope: '' });
    expect(byMonitor).toMatchObject({ externalId: '1234', fingerprint: 'v1:datadog.monitor:["1234"]' });
    expect(datadog({ aggregation_key: '["1234"]' }).fingerprint).toBe('v1:datadog:["1234"]');
  });

  test('the id of the event is the key of its delivery, if it is filled in', () => {
    expect(read(datadogBody())).toMatchObject({ deliveryKey: '7204931182371040001' });
    expect(read(datadogBody({ id: '$ID' }))).toMatchObject({ deliveryKey: undefined });
  });

  test('without a monitor nothing of the key can be ignored', () => {
    const ignoring = { ignoreLabels: ['host'] };
    expect(firstOf(datadogBody({ monitor_id: '' }), null, ignoring).fingerprint).toBe(
      'v1:datadog:9bd4ac313a4d1e8fae2482df7b77628',
    );
  });
});
