import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import { newrelicBody } from './payloads/newrelic.ts';

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

describeReads('New Relic', newrelicBody({ title: '', descriptions: [''] }), [
  ['title', 'title', 'conditions.0'],
  ['message', 'descriptions.0'],
  ['severity', 'priority'],
  ['service', 'entities.0'],
  ['externalId', 'issueId'],
  ['startsAt', 'createdAt'],
  ['occurredAt', 'updatedAt'],
  ['links.issueUrl', 'issueUrl'],
  ['metadata.state', 'state'],
  ['metadata.triggerEvent', 'triggerEvent'],
  ['metadata.mutingState', 'mutingState'],
  ['metadata.totalIncidents', 'totalIncidents'],
  ['metadata.updatedAt', 'updatedAt'],
  ['metadata.workflow', 'workflow'],
  ['metadata.accountId', 'accountId'],
  ['metadata.entities.0', 'entities.0'],
  ['metadata.conditions.0', 'conditions.0'],
  ['metadata.policies.0', 'policies.0'],
  ['metadata.intake.otherFields.novelty', 'novelty'],
]);

describe('New Relic, the rest', () => {
  test.each([
    ['MUTED', 'nothing'],
    [' fully_muted ', 'nothing'],
    ['PARTIALLY_MUTED', 'occurrences'],
    ['NOT_MUTED', 'occurrences'],
    ['', 'occurrences'],
  ])('muting state "%s": %s', (mutingState, what) => {
    expect(read(newrelicBody({ mutingState }))).toHaveProperty(what);
  });

  test.each([
    [' created ', ' state_change ', 'firing'],
    ['DEACTIVATED', 'STATE_CHANGE', 'update'],
    ['closed', 'INCIDENT_ADDED', 'resolved'],
    [null, null, 'update'],
  ])('state %j by %j is %s', (state, triggerEvent, status) => {
    expect(newrelic({ state, triggerEvent }).status).toBe(status);
  });

  test('several descriptions are lines of the message; none is no message', () => {
    expect(newrelic({ descriptions: ['a', null, 'b'] }).message).toBe('a\nb');
    expect(newrelic({ descriptions: [] }).message).toBeUndefined();
  });

  test('without title and conditions the key is the title; empty lists are no metadata', () => {
    const { title, metadata } = newrelic({ title: '', conditions: [], policies: [], entities: [' '] });
    expect(title).toBe('New Relic issue 0ea2df1c-adab-45d2-aae0-042b609d2322');
    expect(metadata).not.toHaveProperty('conditions');
    expect(metadata).not.toHaveProperty('policies');
    expect(metadata).not.toHaveProperty('entities');
    expect(metadata).not.toHaveProperty('intake');
  });
});
