const pagerdutyIncident = (changes: object = {}): object => ({
  id: 'PGR0VU2',
  type: 'incident',
  self: 'https://api.pagerduty.com/incidents/PGR0VU2',
  html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
  number: 2,
  status: 'triggered',
  incident_key: 'd3640fbd41094207a1c11e58e46b1662',
  created_at: '2027-03-01T11:59:00Z',
  title: 'Checkout totals are wrong',
  service: { id: 'PF9KMXH', summary: 'checkout', type: 'service_reference' },
  assignees: [{ id: 'PTUXL6G', summary: 'Jane Doe', type: 'user_reference' }],
  escalation_policy: { id: 'PUS0KTE', summary: 'Default', type: 'escalation_policy_reference' },
  teams: [{ id: 'PFCVPS0', summary: 'Shop', type: 'team_reference' }],
  priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
  urgency: 'high',
  conference_bridge: { conference_number: '+1 555', conference_url: 'https://meet.example.com/p' },
  resolve_reason: null,
  ...changes,
});

const event = (type: string, data: object): object => ({
  event: {
    id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
    event_type: type,
    resource_type: 'incident',
    occurred_at: '2027-03-01T12:00:00.465Z',
    agent: { id: 'PLH1HKV', summary: 'Jane Doe', type: 'user_reference' },
    client: { name: 'PagerDuty' },
    data,
  },
});

export const pagerdutyEvent = (type: string, changes: object = {}): object => event(type, pagerdutyIncident(changes));

export const pagerdutyNote = (): object =>
  event('incident.annotated', {
    id: 'PWZ3YRF',
    type: 'incident_note',
    incident: {
      id: 'PGR0VU2',
      type: 'incident_reference',
      summary: 'Checkout totals are wrong',
      html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
    },
    content: 'The cart rounds twice.',
    trimmed: false,
  });

/** What the console's test button sends. */
export const pagerdutyPing = (): object =>
  event('pagey.ping', { message: 'Hello from your friend Pagey!', type: 'ping' });
