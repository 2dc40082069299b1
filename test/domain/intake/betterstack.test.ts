import { describe, expect, test } from 'vitest';
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
