import { describe, expect, test } from 'vitest';
import { presetProviders, webhookProviders } from '../../../functions/contract/alert.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';
import { read } from '../../support/reading.ts';
import { corpus } from './payloads/corpus.ts';

const generic = { title: 'Disk full' };

describe('format of a body', () => {
  test.each(corpus)('$name is recognised, and the same under its provider', ({ body, format, provider }) => {
    expect(read(body, null)).toMatchObject({ format });
    expect(read(body, provider)).toEqual(read(body, null));
  });

  test('every provider has a sample, or is read as generic', () => {
    const sampled = new Set(corpus.map(({ provider }) => provider));
    const presets: readonly string[] = presetProviders;
    const others = webhookProviders.filter((provider) => !sampled.has(provider) && !presets.includes(provider));
    expect(others).toEqual(['custom']);
    expect(read(generic, 'custom')).toMatchObject({ format: 'generic' });
  });

  test('is pinned, however much it looks like another', () => {
    expect(read({ ...alertmanagerBody(), title: 'Mine' }, 'custom')).toMatchObject({ format: 'generic' });
  });

  const others = webhookProviders.filter((provider) => provider !== 'custom' && provider !== 'generic');
  test.each(others)('a body that is not of the pinned %s is refused by name, not misread', (provider) => {
    expect(read(generic, provider)).toMatchObject({
      code: 'invalid_payload',
      status: 400,
      message: expect.stringContaining(provider === 'prometheus' ? 'alertmanager' : provider),
    });
  });

  test.each([[{ '': [] }], [{ '': [1] }], [{ '': ['a', {}] }]])(
    'a body that only looks like a list is refused: %j',
    (body) => {
      expect(read(body, null)).toMatchObject({ code: 'unknown_format' });
    },
  );

  test('what no format explains is refused, naming possible causes', () => {
    expect(read({ text: 'custom' }, null)).toMatchObject({
      code: 'unknown_format',
      status: 400,
      message: expect.stringMatching(/"alerts".*"title".*"payload".*template/),
    });
  });

  test('3,000 alerts are taken, one more is too many, and the sender is told how to send fewer', () => {
    const alerts = Array.from({ length: 3_001 }, () => alertmanagerEntry());
    expect(read(alertmanagerBody(alerts.slice(1)), null)).toMatchObject({ occurrences: { length: 3_000 } });
    expect(read(alertmanagerBody(alerts), null)).toMatchObject({
      code: 'too_many_alerts',
      status: 413,
      message: expect.stringContaining('max_alerts: 1000'),
    });
  });
});

/** The least of a body that a format takes for its own, and what is nearly so. */
const recognised: [what: string, body: object, format: string][] = [
  ['alerts and an organization', { alerts: [], orgId: 1 }, 'grafana'],
  ['alerts of version 1', { alerts: [], version: '1' }, 'grafana'],
  ['alerts of version 4', { alerts: [], version: '4' }, 'alertmanager'],
  ['alerts alone', { alerts: [] }, 'alertmanager'],
  ['an action and an event', { action: 'x', data: { event: 1 } }, 'sentry'],
  ['an action and an issue', { action: 'x', data: { issue: 1 } }, 'sentry'],
  ['an action and a metric alert', { action: 'x', data: { metric_alert: 1 } }, 'sentry'],
  ['an action and an installation', { action: 'x', data: { installation: 1 } }, 'sentry'],
  ['an action and an error', { action: 'x', data: { error: 1 } }, 'sentry'],
  ['an action and a comment', { action: 'x', data: { comment: 1 } }, 'sentry'],
  ['an action and the id of a comment', { action: 'x', data: { comment_id: 1 } }, 'sentry'],
  ['an action and a run', { action: 'x', data: { run_id: 1 } }, 'sentry'],
  ['an action and other data', { action: 'x', data: { other: 1 } }, 'none'],
  ['an event with a type and data', { event: { event_type: 'x', data: 1 } }, 'pagerduty'],
  ['an event without data', { event: { event_type: 'x' } }, 'none'],
  ['an event without a type', { event: { data: 1 } }, 'none'],
  ['data of an incident', { data: { type: 'incident', attributes: {} } }, 'betterstack'],
  ['data of an error', { data: { type: 'error', attributes: {} } }, 'betterstack'],
  ['data of a monitor', { data: { type: 'monitor', attributes: {} } }, 'none'],
  ['data without attributes', { data: { type: 'error' } }, 'none'],
  ['an action on an alert with an id', { action: 'x', alert: { alertId: 1 } }, 'opsgenie'],
  ['an action on an alert with an alias', { action: 'x', alert: { alias: 1 } }, 'opsgenie'],
  ['an action on an alert without either', { action: 'x', alert: {} }, 'none'],
  ['an alert without an action', { alert: { alias: 1 } }, 'none'],
  ['an action and the event of a monitor', { action: 1, event: { monitorID: 1 } }, 'axiom'],
  ['the event of a monitor alone', { event: { monitorID: 1 } }, 'none'],
  ['a monitor and the state of an alert', { monitor: {}, alert: { state: 1 } }, 'axiom'],
  ['a monitor and an alert without state', { monitor: {}, alert: {} }, 'none'],
  ['an event of CloudWatch', { source: 'aws.cloudwatch', detail: {} }, 'cloudwatch'],
  ['an event of another source', { source: 'aws.ec2', detail: {} }, 'none'],
  ['an event without detail', { source: 'aws.cloudwatch' }, 'none'],
  ['an alarm with a state', { AlarmName: 1, NewStateValue: 1 }, 'cloudwatch'],
  ['an alarm without a state', { AlarmName: 1 }, 'none'],
  ['a state without an alarm', { NewStateValue: 1 }, 'none'],
  ['a template of ours for Datadog', { template: 'datadog/2' }, 'datadog'],
  ['a template of ours for New Relic', { template: 'newrelic/2' }, 'newrelic'],
  ['a template of another', { template: 'other/1' }, 'none'],
  ['a title', { title: null }, 'generic'],
];
test.each(recognised)('%s: %j', (_, body, format) => {
  const reading = read(body, null);
  const said = JSON.stringify(reading);
  if (format === 'none') expect(reading).toMatchObject({ code: 'unknown_format' });
  else expect(said).toMatch(new RegExp(`"format":"${format}"|the format ${format}\\.`));
});
