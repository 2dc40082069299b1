import { describe, expect, test } from 'vitest';
import { alertmanagerBody, alertmanagerEntry } from '../../support/fakes/intake.ts';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, occurrencesOf, read as readAny } from '../../support/reading.ts';

const read = (body: object) => readAny(body, 'prometheus');
const occurrences = (...entries: object[]) => occurrencesOf(alertmanagerBody(entries), 'prometheus');
const first = (changes: object) => occurrences(alertmanagerEntry(changes))[0];

describe('Alertmanager', () => {
  test('an alert in the normal form', () => {
    expect(read(alertmanagerBody())).toEqual({
      format: 'alertmanager',
      occurrences: [
        {
          status: 'firing',
          title: 'Checkout totals are wrong',
          message: 'Totals exceed the cart value.',
          severity: 'critical',
          source: 'prometheus',
          service: 'checkout',
          environment: 'production',
          externalId: 'b1946ac92492d234',
          fingerprint: 'v1:alertmanager:b1946ac92492d234',
          startsAt: '2027-03-01T11:59:00.123Z',
          links: {
            runbook: 'https://runbooks.example.com/checkout-totals',
            generator: 'http://prometheus.example.com/graph',
            alertmanager: 'http://alertmanager.example.com',
          },
          labels: { alertname: 'CheckoutTotalsWrong', severity: 'critical', service: 'checkout', env: 'production' },
          metadata: {
            receiver: 'opencode-relay',
            groupKey: '{}:{alertname="CheckoutTotalsWrong"}',
            annotations: { owner: 'team-shop' },
          },
        },
      ],
    });
  });

  test('firing and resolved alerts in one body, in their order', () => {
    const resolved = { status: 'resolved', fingerprint: 'f2', endsAt: '2027-03-01T12:30:00Z' };
    const [one, two, three] = occurrences(alertmanagerEntry(), alertmanagerEntry(resolved), alertmanagerEntry());
    expect([one?.status, two?.status, three?.status]).toEqual(['firing', 'resolved', 'firing']);
    expect(two).toMatchObject({ fingerprint: 'v1:alertmanager:f2', metadata: { endsAt: '2027-03-01T12:30:00Z' } });
    expect(one?.metadata).not.toHaveProperty('endsAt');
  });

  const labels = { alertname: 'DiskFull' };
  test.each([
    ['the title annotation', { annotations: { title: 'Disk is full' }, labels }, 'Disk is full'],
    ['the alert name', { annotations: { summary: ' ' }, labels }, 'DiskFull'],
    ['the description', { annotations: { description: 'Disk\nfull' }, labels: {} }, 'Disk full'],
    ['a last resort', { annotations: null, labels: {} }, 'Untitled alert'],
  ])('the title falls back to %s', (_, changes, title) => expect(first(changes)?.title).toBe(title));

  test('a long title is cut within a character pair, and stands as a whole among the annotations', () => {
    const summary = `${'a'.repeat(253)}💥 and more`;
    const occurrence = first({ annotations: { summary } });
    expect(occurrence?.title).toBe(`${'a'.repeat(253)}…`);
    expect(occurrence?.metadata).toMatchObject({ annotations: { summary } });
  });

  test('a start that nobody set is absent', () => {
    expect(first({ startsAt: '0001-01-01T00:00:00Z' })?.startsAt).toBeUndefined();
    expect(first({ startsAt: undefined })?.startsAt).toBeUndefined();
  });

  test('without a fingerprint the labels make one, in any order', () => {
    const [one, same, other] = [
      { a: '1', b: '2' },
      { b: '2', a: '1' },
      { a: '1', b: '3' },
    ].map((labels) => first({ fingerprint: undefined, labels })?.fingerprint);
    expect(one).toMatch(/^v1:alertmanager\.facts:/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('hidden alerts are shown on each alert', () => {
    const body = alertmanagerBody([alertmanagerEntry(), alertmanagerEntry()], { truncatedAlerts: 3 });
    const shown = occurrencesOf(body, 'prometheus').map(({ metadata }) => metadata.truncatedAlerts);
    expect(shown).toEqual([3, 3]);
  });

  test('fields that nobody knows yet are kept, those of a group only if they are short', () => {
    const body = alertmanagerBody([alertmanagerEntry({ novelty: [1] })], {
      notification_reason: 'repeat',
      long: 'x'.repeat(300),
    });
    expect(read(body)).toMatchObject({
      occurrences: [{ metadata: { intake: { otherFields: { notification_reason: 'repeat', novelty: [1] } } } }],
    });
    expect(JSON.stringify(read(body))).not.toContain('xxx');
  });

  test('a runbook that is no address is no link, and not lost', () => {
    const occurrence = first({ annotations: { runbook: 'javascript:alert(1)' } });
    expect(occurrence?.links).not.toHaveProperty('runbook');
    expect(occurrence?.metadata).toMatchObject({ intake: { links: { runbook: 'javascript:alert(1)' } } });
  });

  const wrong: [what: string, body: object, path: (string | number)[]][] = [
    ['no alerts', alertmanagerBody([]), ['alerts']],
    ['another body', { text: 'custom' }, ['alerts']],
    [
      'an unknown status',
      alertmanagerBody([alertmanagerEntry(), alertmanagerEntry({ status: 'x' })]),
      ['alerts', 1, 'status'],
    ],
    ['an alert that is no object', { ...alertmanagerBody(), alerts: ['x'] }, ['alerts', 0]],
  ];
  test.each(wrong)('%s is refused as a whole, naming the field and the payload option', (_, body, path) => {
    expect(read(body)).toMatchObject({
      code: 'invalid_payload',
      status: 400,
      message: expect.stringContaining('"payload"'),
      issues: expect.arrayContaining([expect.objectContaining({ path, message: expect.stringMatching(/^must /) })]),
    });
  });

  test('another version is refused by its name alone; none is taken', () => {
    const refusal = read(alertmanagerBody(undefined, { version: '3' }));
    expect(refusal).toMatchObject({ code: 'invalid_payload', issues: [{ path: ['version'] }] });
    expect(refusal).toMatchObject({ message: expect.not.stringContaining('payload') });
    expect(read(alertmanagerBody(undefined, { version: undefined }))).toMatchObject({
      occurrences: [{ status: 'firing' }],
    });
  });

  test.each([
    ['without an offset, taken for UTC', '2027-03-01T12:00:00', '2027-03-01T12:00:00.000Z', { assumedUtc: 'startsAt' }],
    ['as an epoch', 1804507200, '2027-03-08T12:00:00.000Z', undefined],
    [
      'beyond the calendar',
      '9999-12-31T23:59:59-01:00',
      undefined,
      { otherFields: { startsAt: '9999-12-31T23:59:59-01:00' } },
    ],
    ['that is none', { a: 1 }, undefined, { otherFields: { startsAt: '{"a":1}' } }],
  ])('a start %s is read, or noted', (_, startsAt, read_, intake) => {
    const occurrence = first({ startsAt });
    expect(occurrence?.startsAt).toBe(read_);
    expect(occurrence?.metadata.intake).toEqual(intake);
  });

  test('labels that are no text are told as text', () => {
    expect(first({ labels: { alertname: 'P', code: 503, up: false, none: null, list: [1] } })?.labels).toEqual({
      alertname: 'P',
      code: '503',
      up: 'false',
      list: '[1]',
    });
  });

  test.each([
    [
      'a summary with a value that is missing',
      { annotations: { summary: '[no value] errors' }, labels: { alertname: 'Errors' } },
      'Errors',
    ],
    [
      'another label that names the rule',
      { annotations: {}, labels: { alert_name: 'Scheduler is unavailable' } },
      'Scheduler is unavailable',
    ],
    ['no name but the summary', { annotations: { summary: '[no value] errors' }, labels: {} }, '[no value] errors'],
  ])('%s: the title says what it can', (_, changes, title) => expect(first(changes)?.title).toBe(title));

  test('20 issues are enough', () => {
    const entries = Array.from({ length: 50 }, () => alertmanagerEntry({ status: 'x' }));
    expect(read(alertmanagerBody(entries))).toMatchObject({ issues: { length: 20 } });
  });
});

const bare = alertmanagerBody([alertmanagerEntry({ labels: {}, annotations: {} })]);
describeReads('Alertmanager', bare, [
  ['title', 'alerts.0.annotations.summary', 'alerts.0.annotations.title', 'alerts.0.labels.alertname'],
  ['title', 'alerts.0.labels.alertname', 'alerts.0.annotations.description', 'alerts.0.annotations.message'],
  ['message', 'alerts.0.annotations.description', 'alerts.0.annotations.message'],
  ['severity', 'alerts.0.labels.severity'],
  ['service', 'alerts.0.labels.service', 'alerts.0.labels.app'],
  ['environment', 'alerts.0.labels.environment', 'alerts.0.labels.env'],
  ['externalId', 'alerts.0.fingerprint'],
  ['startsAt', 'alerts.0.startsAt'],
  ['links.runbook', 'alerts.0.annotations.runbook_url', 'alerts.0.annotations.runbook'],
  ['links.dashboard', 'alerts.0.annotations.dashboard_url', 'alerts.0.annotations.dashboard'],
  ['links.generator', 'alerts.0.generatorURL'],
  ['links.alertmanager', 'externalURL'],
  ['metadata.receiver', 'receiver'],
  ['metadata.groupKey', 'groupKey'],
  ['metadata.annotations.owner', 'alerts.0.annotations.owner'],
  ['metadata.intake.otherFields.novelty', 'alerts.0.novelty'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('Alertmanager, at its limits', () => {
  test.each([
    [255, 'no annotation'],
    [256, 'an annotation as well'],
  ])('a title of %i characters is %s', (length) => {
    const summary = 'ü'.repeat(length);
    const { title, metadata } = firstWith({ annotations: { summary } });
    expect(title).toBe(length === 255 ? summary : `${'ü'.repeat(254)}…`);
    expect(metadata.annotations).toEqual(length === 255 ? undefined : { summary });
  });

  test('a field of a group is kept up to 255 characters of JSON', () => {
    const body = alertmanagerBody([alertmanagerEntry()], { kept: 'é'.repeat(253), dropped: 'é'.repeat(254) });
    expect(firstWith({}, body).metadata).toMatchObject({ intake: { otherFields: { kept: 'é'.repeat(253) } } });
    expect(firstWith({}, body).metadata).not.toHaveProperty('intake.otherFields.dropped');
  });

  test.each([
    [0, undefined],
    [1, 1],
  ])('%i hidden alerts are shown as %s', (truncatedAlerts, shown) => {
    expect(firstWith({}, alertmanagerBody(undefined, { truncatedAlerts })).metadata.truncatedAlerts).toBe(shown);
  });

  test('the end of a firing alert, and one that nobody set, are no end', () => {
    const endsAt = '2027-03-01T12:30:00Z';
    expect(firstWith({ endsAt }).metadata).not.toHaveProperty('endsAt');
    expect(firstWith({ status: 'resolved' }).metadata).not.toHaveProperty('endsAt');
    expect(firstWith({ status: 'resolved', endsAt: null }).metadata).not.toHaveProperty('endsAt');
  });

  const firstWith = (changes: object, body = alertmanagerBody([alertmanagerEntry(changes)])) =>
    firstOf(body, 'prometheus');
});
