import { describe, expect, test } from 'vitest';
import { describeReads } from '../../support/provider-table.ts';
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
    ['incident.unacknowledged', 'unacknowledged'],
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

const bare = pagerdutyEvent('incident.triggered', { title: '', priority: null, urgency: '', conference_bridge: null });
describeReads('PagerDuty', bare, [
  ['title', 'event.data.title', 'event.data.summary'],
  ['severity', 'event.data.priority.summary', 'event.data.priority.name'],
  ['service', 'event.data.service.summary'],
  ['externalId', 'event.data.id'],
  ['occurredAt', 'event.occurred_at'],
  ['links.incident', 'event.data.html_url'],
  ['links.conference', 'event.data.conference_bridge.conference_url'],
  ['labels.urgency', 'event.data.urgency'],
  ['metadata.number', 'event.data.number'],
  ['metadata.status', 'event.data.status'],
  ['metadata.incident_key', 'event.data.incident_key'],
  ['metadata.created_at', 'event.data.created_at'],
  ['metadata.priority', 'event.data.priority.summary', 'event.data.priority.name'],
  ['metadata.resolveReason', 'event.data.resolve_reason.type'],
  ['metadata.resolveReason', 'event.data.resolve_reason'],
  ['metadata.escalationPolicy', 'event.data.escalation_policy.summary'],
  ['metadata.occurredAt', 'event.occurred_at'],
  ['metadata.intake.otherFields.novelty', 'event.data.novelty'],
]);
describeReads('PagerDuty note', pagerdutyNote(), [
  ['title', 'event.data.incident.title', 'event.data.incident.summary'],
  ['message', 'event.data.content'],
  ['externalId', 'event.data.incident.id'],
]);

describe('PagerDuty, the rest', () => {
  const one = (changes: object) => firstOf(pagerdutyEvent('incident.triggered', changes));

  test('an update of the status says its message', () => {
    const update = { incident: { id: 'PGR0VU2' }, message: 'Looking into it.' };
    expect(firstOf(pagerdutyEvent('incident.status_update_published', update)).message).toBe('Looking into it.');
  });

  test('an incident has no message of its own', () =>
    expect(one({ content: 'x', message: 'y' }).message).toBeUndefined());

  test('urgency is read in any case', () => {
    expect(one({ priority: null, urgency: 'HIGH' }).severity).toBe('critical');
  });

  test('a priority of a name of its own is medium, and kept, where there is no urgency', () => {
    expect(one({ priority: { summary: 'Customer facing' }, urgency: null })).toMatchObject({
      severity: 'medium',
      metadata: { intake: { severity: 'Customer facing' } },
    });
  });

  test('without a title the key is one', () => expect(one({ title: null }).title).toBe('PagerDuty incident PGR0VU2'));

  test('no teams are no metadata', () => expect(one({ teams: [{}] }).metadata).not.toHaveProperty('teams'));

  test.each(['type', 'self', 'summary', 'assignees', 'conference_bridge'])('%s is no unknown field', (field) => {
    expect(one({ [field]: 'x' }).metadata).not.toHaveProperty(`intake.otherFields.${field}`);
  });

  test('what was not kept is named only if it was there', () => {
    const body = { event: { event_type: 'incident.triggered', data: { id: 'A' } } };
    expect(firstOf(body).metadata).not.toHaveProperty('intake');
  });

  test('the id of the event is the key of the delivery', () => {
    expect(read(pagerdutyEvent('incident.triggered'))).toMatchObject({
      deliveryKey: '5ac64822-4adc-4fda-ade0-410becf0de4f',
    });
  });
});
