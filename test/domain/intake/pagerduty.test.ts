import { describe, expect, test } from 'vitest';
import { firstOf, read } from '../../support/reading.ts';
import { pagerdutyEvent, pagerdutyNote, pagerdutyPing } from './payloads/pagerduty.ts';

describe('PagerDuty', () => {
  test('an incident in the normal form, without the names of responders', () => {
    const body = pagerdutyEvent('incident.triggered');
    expect(firstOf(body)).toEqual({
      status: 'firing',
      title: 'Checkout totals are wrong',
      severity: 'critical',
      source: 'pagerduty',
      service: 'checkout',
      externalId: 'PGR0VU2',
      fingerprint: 'v1:pagerduty:PGR0VU2',
      occurredAt: '2027-03-01T12:00:00.465Z',
      links: { incident: 'https://acme.pagerduty.com/incidents/PGR0VU2', conference: 'https://meet.example.com/p' },
      labels: { urgency: 'high' },
      metadata: {
        event: 'incident.triggered',
        number: '2',
        status: 'triggered',
        incident_key: 'd3640fbd41094207a1c11e58e46b1662',
        created_at: '2027-03-01T11:59:00Z',
        priority: 'P1',
        teams: ['Shop'],
        escalationPolicy: 'Default',
        occurredAt: '2027-03-01T12:00:00.465Z',
        intake: { dropped: ['assignees', 'agent'] },
      },
    });
    expect(JSON.stringify(read(body))).not.toContain('Jane');
  });

  test.each([
    ['incident.triggered', 'firing'],
    ['incident.reopened', 'firing'],
    ['incident.acknowledged', 'acknowledged'],
    ['incident.resolved', 'resolved'],
    ['incident.unacknowledged', 'update'],
    ['incident.reassigned', 'update'],
    ['incident.priority_updated', 'update'],
  ])('%s is %s', (type, status) => {
    expect(firstOf(pagerdutyEvent(type))).toMatchObject({ status, fingerprint: 'v1:pagerduty:PGR0VU2' });
  });

  test('a note is an update of its incident, so our own note starts nothing', () => {
    expect(firstOf(pagerdutyNote())).toMatchObject({
      status: 'update',
      title: 'Checkout totals are wrong',
      message: 'The cart rounds twice.',
      fingerprint: 'v1:pagerduty:PGR0VU2',
    });
  });

  const priority = (summary: string) => ({ priority: { summary } });
  test.each([
    [priority('P1'), 'critical'],
    [priority('P2'), 'high'],
    [priority('P3'), 'medium'],
    [priority('P4'), 'low'],
    [priority('P5'), 'info'],
    [{ priority: null, urgency: 'high' }, 'critical'],
    [{ priority: null, urgency: 'low' }, 'low'],
    [{ ...priority('Customer facing'), urgency: 'low' }, 'low'],
    [{ priority: null, urgency: null }, 'medium'],
  ])('%j is %s', (changes, severity) => {
    expect(firstOf(pagerdutyEvent('incident.triggered', changes)).severity).toBe(severity);
  });

  test('a ping is no alert, and no error', () => {
    expect(read(pagerdutyPing())).toMatchObject({ format: 'pagerduty', nothing: { code: 'ping' } });
  });

  test('an event about a service is no alert either', () => {
    expect(read(pagerdutyEvent('service.updated'))).toMatchObject({ nothing: { code: 'no_incident' } });
  });

  test.each([
    ['an incident without id', pagerdutyEvent('incident.triggered', { id: '' }), ['event', 'data', 'id']],
    ['no event', { messages: [] }, ['event', 'event_type']],
  ])('%s is refused, naming the field', (_, body, path) => {
    expect(read(body, 'pagerduty')).toMatchObject({ code: 'invalid_payload', issues: [{ path }] });
  });
});
