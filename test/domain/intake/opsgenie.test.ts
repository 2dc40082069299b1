import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import { opsgenieBody } from './payloads/opsgenie.ts';

describe('Opsgenie and Jira Service Management', () => {
  test('an alert in the normal form, without the names of persons', () => {
    expect(firstOf(opsgenieBody('Create'))).toEqual({
      status: 'firing',
      title: 'Checkout totals are wrong',
      message: 'Totals exceed the cart value.',
      severity: 'critical',
      source: 'opsgenie',
      service: 'checkout',
      environment: 'production',
      externalId: 'checkout-totals',
      fingerprint: 'v1:opsgenie:checkout-totals',
      startsAt: new Date(1804507140000).toISOString(),
      occurredAt: new Date(1804507140000).toISOString(),
      links: {},
      labels: {
        env: 'production',
        team: 'shop',
        OverwriteQuietHours: 'true',
        service: 'checkout',
        region: 'eu-west-1',
      },
      metadata: {
        action: 'Create',
        tinyId: '1791',
        entity: 'shop-1',
        alertId: '052652ac-5d1c-464a-812a-7dd18bbfba8c-1804507140000',
        sender: 'Prometheus',
        integration: 'opencode-relay',
        teams: ['8418d193-2dab-4490-b331-8c02cdd196b7'],
        intake: { dropped: ['username', 'userId', 'recipients'] },
      },
    });
    expect(JSON.stringify(read(opsgenieBody('Create')))).not.toContain('jane');
  });

  test.each([
    ['Create', 'firing'],
    ['Acknowledge', 'acknowledged'],
    ['UnAcknowledge', 'unacknowledged'],
    ['AddNote', 'update'],
    ['AddTags', 'update'],
    ['Escalate', 'update'],
    ['AssignOwnership', 'update'],
    ['Close', 'resolved'],
    ['Delete', 'resolved'],
    ['Our own action', 'update'],
  ])('%s is %s', (action, status) => expect(firstOf(opsgenieBody(action)).status).toBe(status));

  test('without an alias the id is the key; the next alert of an alias has another start', () => {
    expect(firstOf(opsgenieBody('Create', { alias: '' })).fingerprint).toMatch(/^v1:opsgenie:052652ac/);
    const [first, next] = [opsgenieBody('Create'), opsgenieBody('Create', { createdAt: 1804509999000 })].map((body) =>
      firstOf(body),
    );
    expect(next?.fingerprint).toBe(first?.fingerprint);
    expect(next?.startsAt).not.toBe(first?.startsAt);
  });

  test.each([
    ['no key', opsgenieBody('Create', { alias: null, alertId: 2 ** 60 }), ['alert', 'alertId']],
    ['no action', { alert: {} }, ['action']],
  ])('%s is refused, naming the field', (_, body, path) => {
    expect(read(body, 'opsgenie')).toMatchObject({ code: 'invalid_payload', issues: [{ path }] });
  });
});

const bare = opsgenieBody('Create', { details: {}, tags: [] });
describeReads('Opsgenie', bare, [
  ['title', 'alert.message'],
  ['message', 'alert.description'],
  ['severity', 'alert.priority'],
  ['service', 'alert.details.service', 'alert.entity'],
  ['environment', 'alert.details.environment', 'alert.details.env'],
  ['externalId', 'alert.alias', 'alert.alertId'],
  ['startsAt', 'alert.createdAt'],
  ['labels.region', 'alert.details.region'],
  ['metadata.action', 'action'],
  ['metadata.tinyId', 'alert.tinyId'],
  ['metadata.entity', 'alert.entity'],
  ['metadata.alertId', 'alert.alertId'],
  ['metadata.sender', 'alert.source'],
  ['metadata.integration', 'integrationName'],
  ['metadata.intake.otherFields.novelty', 'alert.novelty'],
]);

describe('Opsgenie, the rest', () => {
  const one = (changes: object) => firstOf(opsgenieBody('Create', changes));
  const details = (given: object, tags: string[]) => one({ details: given, tags });

  test.each([
    [
      'the details',
      details({ service: 'a', environment: 'x', env: 'y' }, ['service:b', 'environment:z', 'env:w']),
      'a',
      'x',
    ],
    ['the short name in the details', details({ env: 'y' }, ['service:b', 'environment:z', 'env:w']), 'b', 'y'],
    ['the tags', details({}, ['service:b', 'environment:z', 'env:w']), 'b', 'z'],
    ['the short name in the tags', details({}, ['env:w']), 'shop-1', 'w'],
  ])('service and environment are those of %s', (_, { service, environment }, expectedService, expectedEnvironment) => {
    expect([service, environment]).toEqual([expectedService, expectedEnvironment]);
  });

  test('details come before tags of the same name', () => {
    expect(details({ region: 'eu' }, ['region:us']).labels).toEqual({ region: 'eu' });
  });

  test.each(['username', 'userId', 'recipients', 'responders'])('%s is named, and not kept', (field) => {
    const { metadata } = one({ [field]: 'jane@example.com' });
    expect(metadata).toMatchObject({ intake: { dropped: expect.arrayContaining([field]) } });
    expect(JSON.stringify(metadata)).not.toContain('jane');
  });

  test.each(['updatedAt', 'insertedAt'])('%s is no unknown field', (field) => {
    expect(one({ [field]: 1 }).metadata).not.toHaveProperty('intake.otherFields');
  });

  test.each([' create ', 'CREATE'])('action "%s" is firing', (action) => {
    expect(firstOf(opsgenieBody(action)).status).toBe('firing');
  });

  test('without a message the key is the title; no teams are no metadata', () => {
    const { title, metadata } = one({ message: '', teams: [null, ' '] });
    expect(title).toBe('Opsgenie alert checkout-totals');
    expect(metadata).not.toHaveProperty('teams');
  });
});
