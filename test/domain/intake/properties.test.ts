import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrenceSchema, type WebhookProvider, webhookProviders } from '../../../functions/contract/alert.ts';
import { type IntakeSettings, readAlerts } from '../../../functions/domain/intake/formats.ts';
import { parseBody } from '../../../functions/domain/intake/json.ts';
import type { Mapping } from '../../../functions/domain/intake/mapping-schema.ts';
import { HookRefusal } from '../../../functions/domain/intake/refusal.ts';
import { alertmanagerBody, alertmanagerEntry, bytesOf } from '../../support/fakes/intake.ts';
import { mutated, nasty, steps } from '../../support/mutation.ts';
import { isLong, runs } from '../../support/property-runs.ts';
import { axiomBody } from './payloads/axiom.ts';
import { betterstackIncident } from './payloads/betterstack.ts';
import { alarmEvent, alarmMessage } from './payloads/cloudwatch.ts';
import { corpus } from './payloads/corpus.ts';
import { datadogBody } from './payloads/datadog.ts';
import { genericBody } from './payloads/generic.ts';
import { grafanaBody, grafanaEntry } from './payloads/grafana.ts';
import { newrelicBody } from './payloads/newrelic.ts';
import { opsgenieBody } from './payloads/opsgenie.ts';
import { pagerdutyEvent } from './payloads/pagerduty.ts';
import { sentryEventAlert, sentryIssue, sentryMetricAlert } from './payloads/sentry.ts';

type Provider = WebhookProvider | null;
const anyProvider = fc.constantFrom<Provider>(null, ...webhookProviders);
const mapping: Mapping = { items: 'alerts', title: 'labels.alertname', fingerprint: 'fingerprint' };
const anySettings = fc.constantFrom<IntakeSettings>(
  {},
  { dedupLabels: ['alertname', 'constructor', '__proto__', 'data.id', 'event.data.service.summary'] },
  { ignoreLabels: ['pod', 'host', 'toString'] },
  { mapping },
);
/** Payloads of each property, for each of 18 samples. */
const RUNS = runs(2.5);

/** Whatever arrives: a refusal with a status, or alerts that are whole. Anything else fails the test. */
function check(body: Uint8Array, provider: Provider, settings: IntakeSettings = {}): HookRefusal | undefined {
  const parsed = parseBody(body, undefined);
  const read = parsed instanceof HookRefusal ? parsed : readAlerts(parsed, provider, settings);
  if (read instanceof HookRefusal) {
    expect([400, 413]).toContain(read.status);
    return read;
  }
  if ('nothing' in read) {
    expect(read.nothing.message).not.toBe('');
    return undefined;
  }
  expect(read.occurrences.length).toBeGreaterThan(0);
  for (const occurrence of read.occurrences) {
    expect(occurrenceSchema.safeParse(occurrence).error).toBeUndefined();
    expect(occurrence.title.trim()).not.toBe('');
    expect(JSON.parse(JSON.stringify(occurrence))).toEqual(occurrence);
  }
  return undefined;
}

describe('whatever a sender posts', () => {
  test.each(corpus)('mutated bodies of $name are refused or become whole alerts', ({ body, provider }) => {
    let taken = 0;
    const either = fc.oneof({ weight: 3, arbitrary: fc.constant(provider) }, { weight: 1, arbitrary: anyProvider });
    fc.assert(
      fc.property(steps, nasty, either, anySettings, (path, value, pinned, settings) => {
        if (!check(bytesOf(mutated(body, path, value)), pinned, settings)) taken++;
      }),
      { numRuns: RUNS },
    );
    // Otherwise the property would hold of a reader that refuses everything.
    expect(taken).toBeGreaterThan(RUNS / 20);
  });

  test('any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 40 }), anyProvider, anySettings, (json, provider, settings) => {
        check(bytesOf(json), provider, settings);
      }),
    );
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), anyProvider, (bytes, provider) => {
        expect(check(bytes, provider)).toMatchObject({ status: 400 });
      }),
    );
  });

  test('bodies cut off anywhere are refused', () => {
    const whole = JSON.stringify(alertmanagerBody());
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        expect(check(bytesOf(whole.slice(0, length)), null)).toMatchObject({ code: 'invalid_json' });
      }),
    );
  });

  /** Each megabyte of each body takes 20 ms; 100 kB are too much of anything. */
  const megabytes = 'x'.repeat((isLong ? 5 : 1) * 1024 * 1024);
  const manyLabels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`label${index}`, 'value']));
  const manyTags = Object.keys(manyLabels).map((name) => `${name}:value`);
  const entries = (changes: object) => [
    alertmanagerBody([alertmanagerEntry(changes)]),
    grafanaBody([grafanaEntry(changes)]),
  ];
  const oversized: [what: string, bodies: object[]][] = [
    ['a label of megabytes', entries({ labels: { a: megabytes } })],
    ['a name of megabytes', entries({ labels: { [megabytes]: 'a' } })],
    ['a fingerprint of megabytes', entries({ fingerprint: megabytes })],
    ['10,000 labels', [...entries({ labels: manyLabels }), genericBody({ labels: manyLabels })]],
    ['10,000 links', [genericBody({ links: manyLabels })]],
    ['an unknown field of megabytes', [genericBody({ unknown: megabytes }), newrelicBody({ unknown: megabytes })]],
    ['a message of megabytes', [genericBody({ message: megabytes }), axiomBody('Open', { body: megabytes })]],
    [
      'a title of megabytes',
      [
        sentryEventAlert({ title: megabytes }),
        pagerdutyEvent('incident.triggered', { title: megabytes }),
        opsgenieBody('Create', { message: megabytes }),
        newrelicBody({ title: megabytes }),
        betterstackIncident({ name: megabytes }),
        datadogBody({ monitor_title: megabytes }),
        alarmEvent('ALARM', 'OK', { name: megabytes }),
      ],
    ],
    [
      'a key of megabytes',
      [
        genericBody({ dedup_key: megabytes }),
        sentryIssue('created', { id: megabytes }),
        sentryMetricAlert('critical', { id: megabytes }),
        pagerdutyEvent('incident.triggered', { id: megabytes }),
        opsgenieBody('Create', { alias: megabytes }),
        newrelicBody({ issueId: megabytes }),
        datadogBody({ aggregation_key: megabytes }),
        alarmMessage('ALARM', 'OK', { name: megabytes }),
      ],
    ],
    [
      '10,000 tags',
      [
        sentryEventAlert({ tags: Object.entries(manyLabels) }),
        opsgenieBody('Create', { tags: manyTags }),
        datadogBody({ tags: manyTags.join(','), scope: manyTags.join(',') }),
        axiomBody('Open', { groupKeys: Object.keys(manyLabels), groupValues: Object.values(manyLabels) }),
        alarmEvent('ALARM', 'OK', {}, { alarmTags: manyLabels }),
      ],
    ],
  ];
  test.each(oversized)('%s: taken, cut to what an alert may hold', (_, bodies) => {
    for (const body of bodies) {
      const parsed = parseBody(bytesOf(body), undefined);
      const read = parsed instanceof HookRefusal ? parsed : readAlerts(parsed, null);
      expect(read).toMatchObject({ occurrences: [{ status: 'firing' }] });
      expect(Buffer.byteLength(JSON.stringify(read))).toBeLessThan(100_000);
    }
  });
});
