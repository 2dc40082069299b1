import { describe, expect, test } from 'vitest';
import { occurrenceStatuses } from '../../../functions/contract/alert.ts';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read as readAny } from '../../support/reading.ts';

const read = (body: object) => readAny(body, 'custom');
const one = (body: object) => firstOf({ title: 'Disk full', ...body }, 'custom');

describe('generic format', () => {
  test('a title is enough', () => {
    expect(read({ title: ' Disk\tfull ' })).toEqual({
      format: 'generic',
      occurrences: [
        {
          status: 'firing',
          title: 'Disk full',
          severity: 'medium',
          source: 'custom',
          fingerprint: expect.stringMatching(/^v1:generic\.facts:/),
          links: {},
          labels: {},
          metadata: {},
        },
      ],
    });
  });

  test('every field in the normal form', () => {
    const body = {
      title: 'Disk full',
      message: 'since 09:00\n  on db-1',
      severity: 'Fatal',
      source: 'cron',
      service: 'backup',
      environment: 'production',
      occurred_at: '2027-03-01T13:00:00+01:00',
      dedup_key: 'disk-db-1',
      externalId: 4711,
      status: 'resolved',
      links: { runbook: 'https://runbooks.example.com/disk', alert: null },
      labels: { host: 'db-1', shard: 7, spare: true, empty: '' },
      metadata: { free: { bytes: 0 } },
    };
    expect(one(body)).toEqual({
      status: 'resolved',
      occurredAt: '2027-03-01T12:00:00.000Z',
      title: 'Disk full',
      message: 'since 09:00\n  on db-1',
      severity: 'critical',
      source: 'cron',
      service: 'backup',
      environment: 'production',
      externalId: '4711',
      fingerprint: 'v1:generic:disk-db-1',
      links: { runbook: 'https://runbooks.example.com/disk' },
      labels: { host: 'db-1', shard: '7', spare: 'true' },
      metadata: { free: { bytes: 0 }, occurredAt: '2027-03-01T13:00:00+01:00' },
    });
  });

  const time = '2027-03-01T12:00:00Z';
  test.each([
    ['a time without a key is the start', { timestamp: time }, '2027-03-01T12:00:00.000Z'],
    ['so is occurred_at', { occurred_at: time }, '2027-03-01T12:00:00.000Z'],
    ['beside a dedup_key it is the time of the message', { timestamp: time, dedup_key: 'k' }, undefined],
    ['beside an external id too', { timestamp: time, externalId: 'k' }, undefined],
    ['the time of an end is no start', { timestamp: time, status: 'resolved' }, undefined],
    ['no time is no start', {}, undefined],
  ])('%s', (_, body, startsAt) => {
    const { metadata, ...occurrence } = one(body);
    expect(occurrence.startsAt).toBe(startsAt);
    if (startsAt === undefined && 'timestamp' in body) expect(metadata).toMatchObject({ occurredAt: time });
  });

  test.each([
    ['the dedup_key', { dedup_key: 'k', externalId: 'e' }, 'v1:generic:k', 'e'],
    ['the external id, where there is no dedup_key', { external_id: 'e' }, 'v1:generic:e', 'e'],
    ['the dedup_key is the external id, where there is none', { dedupKey: 'k' }, 'v1:generic:k', 'k'],
  ])('the incident is named by %s', (_, body, fingerprint, externalId) => {
    expect(one(body)).toMatchObject({ fingerprint, externalId });
  });

  test('without a key the incident is told by title, source, service and environment, and by nothing else', () => {
    const { fingerprint } = one({});
    const same = one({ message: 'again', severity: 'low', status: 'resolved', labels: { a: 'b' }, dedup_key: ' ' });
    expect(same.fingerprint).toBe(fingerprint);
    for (const changes of [{ title: 'x' }, { source: 'x' }, { service: 'x' }, { environment: 'x' }]) {
      expect(one(changes).fingerprint).not.toBe(fingerprint);
    }
  });

  test.each(occurrenceStatuses)('status %s', (status) =>
    expect(one({ status: ` ${status.toUpperCase()} ` })).toMatchObject({ status }),
  );

  test('the envelope: its version says nothing, its id is kept', () => {
    expect(one({ version: '1', id: 'dlv-7' }).metadata).toEqual({ id: 'dlv-7' });
  });

  test('fields that nobody knows are kept where a person sees them', () => {
    expect(one({ servrity: 'high', extra: { a: [1] } }).metadata).toEqual({
      intake: { otherFields: { servrity: 'high', extra: { a: [1] } } },
    });
  });

  test('where a field comes in two spellings, the second is kept as unknown', () => {
    expect(one({ dedup_key: 'k', dedupKey: 'other' })).toMatchObject({
      fingerprint: 'v1:generic:k',
      metadata: { intake: { otherFields: { dedupKey: 'other' } } },
    });
  });

  test('templates that fill in nothing are no error', () => {
    const blank = { message: null, severity: '', source: ' ', timestamp: '', status: null, links: null, labels: null };
    expect(one({ ...blank, metadata: null })).toEqual(one({}));
  });

  const wrong: [what: string, body: object, path: string[]][] = [
    ['no title', { title: undefined, message: 'x' }, ['title']],
    ['a blank title', { title: '\n' }, ['title']],
    ['a title that is no text', { title: { a: 1 } }, ['title']],
    ['a key that is not exact', { dedup_key: 2 ** 53 }, ['dedup_key']],
    ['an unknown status', { status: 'flapping' }, ['status']],
  ];
  test.each(wrong)('%s is refused, naming the field', (_, changes, path) => {
    expect(read({ title: 'Disk full', ...changes })).toMatchObject({
      code: 'invalid_payload',
      status: 400,
      issues: [{ path, message: expect.stringMatching(/^must /) }],
    });
  });

  const decoration: [what: string, body: object, intake: object][] = [
    ['a title of 256 characters', { title: 'x'.repeat(256) }, { title: 'x'.repeat(256) }],
    ['a message that is no text', { message: ['x'] }, { otherFields: { message: ['x'] } }],
    ['a time that is none', { timestamp: 'soon' }, { otherFields: { timestamp: 'soon' } }],
    ['a time without an offset', { timestamp: '2027-03-01 12:00' }, { assumedUtc: 'timestamp' }],
    ['labels that are a list', { labels: ['a'] }, { otherFields: { labels: ['a'] } }],
    ['a label that is an object', { labels: { a: {} } }, { otherFields: { 'labels.a': {} } }],
    ['links that are a text', { links: 'https://example.com' }, { otherFields: { links: 'https://example.com' } }],
    ['metadata that is a text', { metadata: 'x' }, { otherFields: { metadata: 'x' } }],
  ];
  test.each(decoration)('%s: the alert is taken, and it is noted', (_, changes, intake) => {
    expect(one(changes).metadata.intake).toEqual(intake);
  });

  test.each([
    ['seconds', 1804507200],
    ['milliseconds', 1804507200000],
    ['seconds as text', '1804507200'],
    ['no offset', '2027-03-08T12:00:00'],
    ['a space and no seconds', '2027-03-08 12:00'],
  ])('a time in %s is read', (_, timestamp) => expect(one({ timestamp }).startsAt).toBe('2027-03-08T12:00:00.000Z'));

  test.each([
    ['ok', 'resolved'],
    ['Alerting', 'firing'],
    ['closed', 'resolved'],
    ['no_data', 'unknown'],
  ])('the status %s is %s', (status, ours) => expect(one({ status }).status).toBe(ours));

  test('255 characters are a title', () => expect(one({ title: 'x'.repeat(255) }).title).toHaveLength(255));
});

describeReads('generic', { title: 'Disk full', links: {}, labels: {} }, [
  ['title', 'title'],
  ['message', 'message'],
  ['severity', 'severity'],
  ['source', 'source'],
  ['service', 'service'],
  ['environment', 'environment'],
  ['externalId', 'externalId', 'dedup_key'],
  ['externalId', 'external_id'],
  ['externalId', 'dedupKey'],
  ['occurredAt', 'occurred_at', 'timestamp'],
  ['occurredAt', 'occurredAt'],
  ['startsAt', 'occurred_at', 'timestamp'],
  ['links.runbook', 'links.runbook'],
  ['labels.host', 'labels.host'],
  ['metadata.id', 'id'],
  ['metadata.id', 'metadata.id'],
  ['metadata.occurredAt', 'metadata.occurredAt'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('generic format, at its limits', () => {
  test('a title of 255 characters that are not ASCII is whole, one more is cut', () => {
    expect(one({ title: 'ü'.repeat(255) }).title).toBe('ü'.repeat(255));
    expect(one({ title: `${'ü'.repeat(253)}💥` }).title).toBe(`${'ü'.repeat(253)}💥`);
    expect(one({ title: 'ü'.repeat(256) }).title).toBe(`${'ü'.repeat(254)}…`);
  });

  test('a title of 255 characters of which one takes two units is cut visibly, and between characters', () => {
    expect(one({ title: `${'ü'.repeat(254)}💥` }).title).toBe(`${'ü'.repeat(254)}…`);
    expect(one({ title: `${'ü'.repeat(253)}💥!` }).title).toBe(`${'ü'.repeat(253)}…`);
  });

  test.each([
    [2 ** 53 - 1, '9007199254740991'],
    [0, '0'],
    [-7, '-7'],
    [false, 'false'],
  ])('the key %j is exact', (dedup_key, externalId) => expect(one({ dedup_key }).externalId).toBe(externalId));

  test('a fraction is no key', () => expect(read({ title: 'x', dedup_key: 1.5 })).toMatchObject({ status: 400 }));

  test('the id is the key of the delivery, if it is exact', () => {
    expect(read({ title: 'x', id: 'dlv-7' })).toMatchObject({ deliveryKey: 'dlv-7' });
    expect(read({ title: 'x', id: 2 ** 53 })).toMatchObject({ deliveryKey: undefined });
  });
});
