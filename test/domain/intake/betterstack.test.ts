import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
import { firstOf, read } from '../../support/reading.ts';
import { betterstackError, betterstackIncident } from './payloads/betterstack.ts';

describe('Better Stack incident', () => {
  test('in the normal form', () => {
    expect(firstOf(betterstackIncident())).toEqual({
      status: 'firing',
      title: 'shop.example.com: Status 500',
      message: 'Internal error',
      severity: 'medium',
      source: 'betterstack',
      service: 'shop.example.com',
      externalId: '25',
      fingerprint: 'v1:betterstack.incident:25',
      startsAt: '2027-03-01T11:59:00.000Z',
      occurredAt: '2027-03-01T11:59:00.000Z',
      links: {
        url: 'https://shop.example.com/cart',
        response_url: 'https://uptime.example.com/incidents/25/response',
        screenshot_url: 'https://uptime.example.com/incidents/25/screenshot',
      },
      labels: { team_name: 'Shop' },
      metadata: {
        http_method: 'get',
        status: 'Started',
        cause: 'Status 500',
        monitorId: '2',
        regions: ['eu', 'us'],
        intake: { dropped: ['acknowledged_by', 'resolved_by'] },
      },
    });
  });

  const [acknowledged_at, resolved_at] = ['2027-03-01T12:05:00.000Z', '2027-03-01T12:30:00.000Z'];
  test.each([
    ['no times', {}, undefined, 'firing'],
    ['event started', {}, 'started', 'firing'],
    ['the time of acknowledgement', { acknowledged_at }, undefined, 'acknowledged'],
    ['event acknowledged', {}, 'acknowledged', 'acknowledged'],
    ['the time of the end', { acknowledged_at, resolved_at }, undefined, 'resolved'],
    ['event resolved', {}, 'resolved', 'resolved'],
    ['an event that nobody knows', {}, 'commented', 'update'],
  ])('%s', (_, changes, event, status) => {
    expect(firstOf(betterstackIncident(changes, event))).toMatchObject({
      status,
      fingerprint: 'v1:betterstack.incident:25',
    });
  });
});

describe('Better Stack error', () => {
  test('in the normal form, and no incident of the same number', () => {
    expect(firstOf(betterstackError('new_error'))).toEqual({
      status: 'firing',
      title: 'TypeError: total is undefined',
      message: 'total is undefined',
      severity: 'medium',
      source: 'betterstack',
      service: 'shop',
      externalId: '25',
      fingerprint: 'v1:betterstack.error:25',
      links: { error: 'https://errors.example.com/team/1/applications/7/errors/25' },
      labels: { application_id: '7' },
      metadata: {
        event: 'new_error',
        call_site_file: 'src/totals.ts',
        call_site_function: 'sum',
        call_site_line: '41',
      },
    });
  });

  test.each([
    ['threshold', 'firing'],
    ['spike', 'firing'],
    ['reoccurred', 'firing'],
    ['unresolved', 'firing'],
    ['resolved', 'resolved'],
    ['ignored', 'resolved'],
    ['commented', 'update'],
  ])('%s is %s', (event, status) => expect(firstOf(betterstackError(event)).status).toBe(status));

  test.each([
    ['no id', { data: { type: 'error', attributes: {} } }, ['data', 'id']],
    ['another type', { data: { id: '1', type: 'monitor', attributes: {} } }, ['data', 'type']],
  ])('%s is refused, naming the field', (_, body, path) => {
    expect(read(body, 'betterstack')).toMatchObject({ code: 'invalid_payload', issues: [{ path }] });
  });
});

describeReads('Better Stack incident', betterstackIncident({ cause: '' }), [
  ['title', 'data.attributes.name', 'data.attributes.url'],
  ['message', 'data.attributes.response_content'],
  ['service', 'data.attributes.name'],
  ['externalId', 'data.id'],
  ['startsAt', 'data.attributes.started_at'],
  ['occurredAt', 'data.attributes.resolved_at', 'data.attributes.acknowledged_at', 'data.attributes.started_at'],
  ['links.url', 'data.attributes.url'],
  ['links.response_url', 'data.attributes.response_url'],
  ['links.screenshot_url', 'data.attributes.screenshot_url'],
  ['labels.team_name', 'data.attributes.team_name'],
  ['metadata.http_method', 'data.attributes.http_method'],
  ['metadata.status', 'data.attributes.status'],
  ['metadata.acknowledged_at', 'data.attributes.acknowledged_at'],
  ['metadata.resolved_at', 'data.attributes.resolved_at'],
  ['metadata.cause', 'data.attributes.cause'],
  ['metadata.monitorId', 'data.relationships.monitor.data.id'],
  ['metadata.intake.otherFields.novelty', 'data.attributes.novelty'],
]);
describeReads('Better Stack error', betterstackError('new_error', { error_type: '' }), [
  ['title', 'data.attributes.error_message'],
  ['message', 'data.attributes.error_message'],
  ['service', 'data.attributes.application_name'],
  ['externalId', 'data.id'],
  ['links.error', 'data.attributes.error_url'],
  ['labels.application_id', 'data.attributes.application_id'],
  ['metadata.event', 'data.attributes.event'],
  ['metadata.call_site_file', 'data.attributes.call_site_file'],
  ['metadata.call_site_function', 'data.attributes.call_site_function'],
  ['metadata.call_site_line', 'data.attributes.call_site_line'],
  ['metadata.intake.otherFields.novelty', 'data.attributes.novelty'],
]);

describe('Better Stack, the rest', () => {
  test.each([
    [{ name: 'shop', cause: 'Status 500' }, 'shop: Status 500'],
    [{ name: 'shop', cause: null }, 'shop'],
    [{ name: null, url: null, cause: 'Status 500' }, 'Better Stack incident 25: Status 500'],
    [{ name: null, url: null, cause: null }, 'Better Stack incident 25'],
  ])('an incident of %j is titled "%s"', (changes, title) => {
    expect(firstOf(betterstackIncident(changes)).title).toBe(title);
  });

  test.each([
    [{ error_type: 'E', error_message: 'm' }, 'E: m'],
    [{ error_type: 'E', error_message: null }, 'E'],
    [{ error_type: null, error_message: null }, 'Better Stack error 25'],
  ])('an error of %j is titled "%s"', (changes, title) => {
    expect(firstOf(betterstackError('new_error', changes)).title).toBe(title);
  });

  test('the event of an error is read in any case', () => {
    expect(firstOf(betterstackError('SPIKE')).status).toBe('firing');
    expect(firstOf(betterstackError('', { event: null })).status).toBe('update');
  });

  test('an end counts for more than what the event says', () => {
    const resolved_at = '2027-03-01T12:30:00Z';
    expect(firstOf(betterstackIncident({ resolved_at }, 'started')).status).toBe('resolved');
    expect(firstOf(betterstackIncident({ acknowledged_at: resolved_at }, 'started')).status).toBe('acknowledged');
  });

  test.each(['acknowledged_by', 'resolved_by'])('%s is named, and not kept', (field) => {
    const { metadata } = firstOf(betterstackIncident({ [field]: 'Jane Doe' }));
    expect(metadata).toMatchObject({ intake: { dropped: ['acknowledged_by', 'resolved_by'] } });
    expect(JSON.stringify(metadata)).not.toContain('Jane');
  });
});
