import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import {
  sentryComment,
  sentryEvent,
  sentryEventAlert,
  sentryInstallation,
  sentryIssue,
  sentryMetricAlert,
} from './payloads/sentry.ts';

describe('Sentry issue alert', () => {
  test('in the normal form, with the innermost frame first', () => {
    expect(firstOf(sentryEventAlert())).toEqual({
      status: 'firing',
      title: 'TypeError: total is undefined',
      message: 'TypeError: total is undefined\n  at sum (src/totals.ts:41:9)\n  at main (src/main.ts:3:1)',
      severity: 'high',
      source: 'sentry',
      service: 'shop',
      environment: 'production',
      externalId: '1170820242',
      fingerprint: 'v1:sentry.issue:1170820242',
      links: {
        web_url: expect.stringMatching(/^https:.*1170820242\/events/),
        issue_url: expect.stringMatching(/^https:.*issues\/1170820242/),
      },
      labels: { browser: 'Firefox 128', server_name: 'shop-1' },
      metadata: {
        event_id: 'e4874d664c3540c1a32eab185f12c5ab',
        platform: 'node',
        release: 'shop@2.4.1',
        datetime: '2027-03-01T11:59:00.000000Z',
        culprit: 'checkout.totals in sum',
        rule: 'Errors of the checkout',
        intake: { dropped: ['request', 'user', 'contexts'] },
      },
    });
  });

  test.each([sentryEventAlert(), sentryIssue('resolved'), sentryMetricAlert('critical')])(
    'nothing of a person, a request or a variable is kept',
    (body) => {
      expect(JSON.stringify(read(body))).not.toMatch(/jane|203\.0\.113|s3cr3t|hunter2|Cookie/i);
    },
  );

  test.each([
    ['the id as a number', { issue_id: 1170820242 }],
    ['only the address of the issue', { issue_id: undefined }],
  ])('%s names the same issue', (_, changes) => {
    expect(firstOf(sentryEventAlert(changes)).fingerprint).toBe('v1:sentry.issue:1170820242');
  });

  test('without an issue the event is told by what Sentry groups by', () => {
    const bare = { issue_id: undefined, issue_url: undefined };
    const { fingerprint } = firstOf(sentryEventAlert(bare));
    expect(firstOf(sentryEventAlert({ ...bare, event_id: 'x' })).fingerprint).toBe(fingerprint);
    expect(firstOf(sentryEventAlert({ ...bare, title: 'x' })).fingerprint).not.toBe(fingerprint);
  });

  test.each([
    ['fatal', 'critical'],
    ['error', 'high'],
    ['warning', 'medium'],
    ['info', 'low'],
    ['debug', 'info'],
  ])('level %s is %s', (level, severity) => {
    expect(firstOf(sentryEventAlert({ level })).severity).toBe(severity);
  });

  test('without frames the culprit is the message', () => {
    expect(firstOf(sentryEventAlert({ exception: null })).message).toBe('checkout.totals in sum');
  });

  test('without anything to read there is still an alert', () => {
    const body = { action: 'triggered', data: { event: { event_id: 'e1' } } };
    expect(firstOf(body)).toMatchObject({ title: 'Untitled alert', severity: 'medium', status: 'firing' });
    expect(firstOf(body).fingerprint).not.toBe(firstOf({ ...body, data: { event: { event_id: 'e2' } } }).fingerprint);
  });
});

describe('Sentry issue', () => {
  test.each([
    ['created', 'firing'],
    ['unresolved', 'firing'],
    ['resolved', 'resolved'],
    ['archived', 'resolved'],
    ['assigned', 'update'],
  ])('%s is %s, and is the issue of the issue alert', (action, status) => {
    expect(firstOf(sentryIssue(action))).toMatchObject({
      status,
      severity: 'critical',
      service: 'shop',
      fingerprint: firstOf(sentryEventAlert()).fingerprint,
      metadata: { action, shortId: 'SHOP-7', substatus: 'new', statusDetails: { inRelease: 'shop@2.4.2' } },
    });
  });

  test('when it was first seen is no start: it stays the same when the issue comes back', () => {
    expect(firstOf(sentryIssue('unresolved'))).not.toHaveProperty('startsAt', expect.anything());
  });
});

describe('Sentry metric alert', () => {
  test.each([
    ['critical', 'firing', 'critical'],
    ['warning', 'firing', 'medium'],
    ['resolved', 'resolved', 'medium'],
    ['open', 'update', 'medium'],
  ])('%s is %s and %s', (action, status, severity) => {
    expect(firstOf(sentryMetricAlert(action))).toMatchObject({
      status,
      severity,
      title: 'Critical: Slow checkout',
      service: 'shop',
      fingerprint: 'v1:sentry.metric_alert:44123',
      startsAt: '2027-03-01T11:50:00.000Z',
    });
  });

  test('is no issue of the same number', () => {
    expect(firstOf(sentryMetricAlert('critical', { id: '7' })).fingerprint).not.toBe(
      firstOf(sentryIssue('created', { id: '7' })).fingerprint,
    );
  });
});

describe('what Sentry sends besides', () => {
  test.each([
    ['installation', sentryInstallation(), 'installation'],
    ['comment', sentryComment(), 'no_incident'],
    ['error', { action: 'created', data: { error: sentryEvent() } }, 'no_incident'],
  ])('a message about a %s is no alert, and no error', (_, body, code) => {
    expect(read(body)).toMatchObject({ format: 'sentry', nothing: { code, message: expect.any(String) } });
  });

  test.each([
    ['no action', { data: { issue: { id: '1' } } }, ['action']],
    ['no data', { action: 'created' }, ['data']],
    ['an issue without id', sentryIssue('created', { id: null }), ['data', 'issue', 'id']],
    ['an id that a double rounds', sentryIssue('created', { id: 2 ** 53 }), ['data', 'issue', 'id']],
    [
      'a metric alert without id',
      sentryMetricAlert('critical', { id: {}, identifier: '' }),
      ['data', 'metric_alert', 'id'],
    ],
  ])('%s is refused, naming the field', (_, body, path) => {
    expect(read(body, 'sentry')).toMatchObject({
      code: 'invalid_payload',
      issues: [{ path, message: expect.stringMatching(/^must /) }],
    });
  });
});

const event = sentryEventAlert({ title: '', project_slug: '', url: '', exception: null });
describeReads('Sentry issue alert', event, [
  ['title', 'data.event.title', 'data.event.metadata.title', 'data.event.message', 'data.issue_alert.title'],
  ['message', 'data.event.culprit'],
  ['service', 'data.event.project_slug', 'data.event.project_name', 'data.event.project'],
  ['environment', 'data.event.environment'],
  ['externalId', 'data.event.issue_id', 'data.event.groupID'],
  ['links.web_url', 'data.event.web_url'],
  ['links.issue_url', 'data.event.issue_url'],
  ['metadata.event_id', 'data.event.event_id'],
  ['metadata.platform', 'data.event.platform'],
  ['metadata.release', 'data.event.release'],
  ['metadata.datetime', 'data.event.datetime'],
  ['metadata.culprit', 'data.event.culprit'],
  ['metadata.rule', 'data.triggered_rule', 'data.issue_alert.title'],
]);
describeReads('Sentry issue', sentryIssue('created', { title: '', metadata: {} }), [
  ['title', 'data.issue.title', 'data.issue.metadata.title', 'data.issue.metadata.type'],
  ['message', 'data.issue.metadata.value', 'data.issue.culprit'],
  ['service', 'data.issue.project.slug', 'data.issue.project.name'],
  ['externalId', 'data.issue.id'],
  ['links.web_url', 'data.issue.web_url'],
  ['links.permalink', 'data.issue.permalink'],
  ['links.url', 'data.issue.url'],
  ['metadata.shortId', 'data.issue.shortId'],
  ['metadata.culprit', 'data.issue.culprit'],
  ['metadata.status', 'data.issue.status'],
  ['metadata.substatus', 'data.issue.substatus'],
  ['metadata.count', 'data.issue.count'],
  ['metadata.userCount', 'data.issue.userCount'],
  ['metadata.firstSeen', 'data.issue.firstSeen'],
  ['metadata.lastSeen', 'data.issue.lastSeen'],
  ['metadata.statusDetails.inRelease', 'data.issue.statusDetails.inRelease'],
  ['metadata.statusDetails.inNextRelease', 'data.issue.statusDetails.inNextRelease'],
  ['metadata.statusDetails.ignoreCount', 'data.issue.statusDetails.ignoreCount'],
]);
describeReads('Sentry metric alert', sentryMetricAlert('critical', { id: '1' }), [
  ['title', 'data.description_title', 'data.metric_alert.title', 'data.metric_alert.alert_rule.name'],
  ['message', 'data.description_text'],
  ['service', 'data.metric_alert.projects.0'],
  ['environment', 'data.metric_alert.alert_rule.environment'],
  ['externalId', 'data.metric_alert.id', 'data.metric_alert.identifier'],
  ['startsAt', 'data.metric_alert.date_started'],
  ['links.web_url', 'data.web_url'],
  ['metadata.identifier', 'data.metric_alert.identifier'],
  ['metadata.status', 'data.metric_alert.status'],
  ['metadata.date_closed', 'data.metric_alert.date_closed'],
  ['metadata.name', 'data.metric_alert.alert_rule.name'],
  ['metadata.query', 'data.metric_alert.alert_rule.query'],
  ['metadata.aggregate', 'data.metric_alert.alert_rule.aggregate'],
  ['metadata.time_window', 'data.metric_alert.alert_rule.time_window'],
]);

describe('Sentry actions', () => {
  test.each([
    ['created', 'firing'],
    ['Unresolved', 'firing'],
    ['resolved', 'resolved'],
    ['ARCHIVED', 'resolved'],
    ['ignored', 'resolved'],
    ['unassigned', 'update'],
  ])('%s of an issue is %s, in any case', (action, status) => {
    expect(firstOf(sentryIssue(action)).status).toBe(status);
  });

  test.each(['fatal', ' FATAL ', 'Fatal'])('level "%s" is critical', (level) => {
    expect(firstOf(sentryIssue('created', { level })).severity).toBe('critical');
  });

  test('a level that nobody knows is medium, and kept', () => {
    expect(firstOf(sentryEventAlert({ level: 'sample' }))).toMatchObject({
      severity: 'medium',
      metadata: { intake: { severity: 'sample' } },
    });
  });

  test('without a title the key is one', () => {
    const bareIssue = sentryIssue('created', { title: null, metadata: null });
    expect(firstOf(bareIssue).title).toBe('Sentry issue 1170820242');
    const { metric_alert } = { metric_alert: { id: '9' } };
    expect(firstOf({ action: 'critical', data: { metric_alert } }).title).toBe('Sentry metric alert 9');
  });

  test('a comment that holds its issue says nothing of the state of it', () => {
    const body = { action: 'created', data: { issue: { id: '1' }, comment: 'looking' } };
    expect(read(body)).toMatchObject({ nothing: { code: 'no_incident' } });
  });
});
