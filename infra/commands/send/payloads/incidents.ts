import { hexId, type Incident, numberId, uuid } from '../incident.ts';
import type { Payload, Provider, SendStatus } from '../payload.ts';

const sentrySays = (resource: string, action: string, data: object, incident: Incident): Payload => ({
  headers: {
    'sentry-hook-resource': resource,
    'sentry-hook-timestamp': String(Math.floor(incident.now.getTime() / 1_000)),
    'request-id': hexId(incident, `${action} ${incident.now.getTime()}`, 32),
  },
  body: {
    action,
    actor: { type: 'application', id: 'sentry', name: 'Sentry' },
    installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
    data,
  },
});

const sentryIssue = (action: string) => (incident: Incident) => {
  const issue = {
    id: numberId(incident, 'issue'),
    shortId: 'SHOP-7',
    title: incident.title,
    culprit: 'checkout.totals in sum',
    level: 'error',
    status: action === 'resolved' ? 'resolved' : 'unresolved',
    statusDetails: {},
    count: '3',
    userCount: 2,
    firstSeen: incident.startedAt.toISOString(),
    lastSeen: incident.now.toISOString(),
    project: { id: '4509', slug: incident.service, name: incident.service },
    metadata: { type: 'TypeError', value: incident.message },
  };
  return sentrySays('issue', action, { issue }, incident);
};

export const sentry: Provider = {
  firing: (incident) => {
    const event = {
      event_id: hexId(incident, 'event', 32),
      title: incident.title,
      culprit: 'checkout.totals in sum',
      message: incident.message,
      level: 'error',
      platform: 'node',
      project: 4509,
      project_slug: incident.service,
      environment: incident.environment,
      datetime: incident.startedAt.toISOString(),
      tags: [['server_name', incident.host]],
      issue_id: numberId(incident, 'issue'),
      issue_url: 'https://sentry.example.com/api/0/organizations/acme/issues/1/',
      web_url: 'https://sentry.example.com/organizations/acme/issues/1/',
    };
    return sentrySays('event_alert', 'triggered', { event, triggered_rule: 'Wrong totals' }, incident);
  },
  update: sentryIssue('assigned'),
  resolved: sentryIssue('resolved'),
};

const pagerdutySays =
  (event_type: string, status: string) =>
  (incident: Incident): Payload => ({
    headers: { 'x-webhook-id': uuid(incident, `${event_type} ${incident.now.getTime()}`) },
    body: {
      event: {
        id: hexId(incident, event_type, 26).toUpperCase(),
        event_type,
        resource_type: 'incident',
        occurred_at: incident.now.toISOString(),
        agent: null,
        client: { name: 'opencode-relay send' },
        data: {
          id: `Q${hexId(incident, 'incident', 13).toUpperCase()}`,
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/Q1',
          number: 7,
          status,
          incident_key: incident.key,
          created_at: incident.startedAt.toISOString(),
          title: incident.title,
          service: { id: 'PF9KMXH', summary: incident.service, type: 'service_reference' },
          urgency: 'high',
          priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
          teams: [],
          assignees: [],
          resolve_reason: null,
        },
      },
    },
  });

export const pagerduty: Provider = {
  firing: pagerdutySays('incident.triggered', 'triggered'),
  update: pagerdutySays('incident.priority_updated', 'triggered'),
  acknowledged: pagerdutySays('incident.acknowledged', 'acknowledged'),
  resolved: pagerdutySays('incident.resolved', 'resolved'),
};

const opsgenieSays =
  (action: string) =>
  (incident: Incident): Payload => ({
    body: {
      action,
      alert: {
        alertId: `${uuid(incident, 'alert')}-${incident.startedAt.getTime()}`,
        alias: `checkout-totals-${incident.key}`,
        tinyId: '1791',
        message: incident.title,
        description: incident.message,
        priority: 'P1',
        entity: incident.host,
        source: 'opencode-relay send',
        tags: [`env:${incident.environment}`],
        details: { service: incident.service },
        teams: [],
        createdAt: incident.startedAt.getTime(),
        updatedAt: incident.now.getTime() * 1_000_000,
      },
      source: { name: 'web', type: 'API' },
      integrationId: '37c8f316-17c6-49d7-899b-9c7e540c048d',
      integrationName: 'opencode-relay',
    },
  });

export const opsgenie: Provider = {
  firing: opsgenieSays('Create'),
  update: opsgenieSays('AddNote'),
  acknowledged: opsgenieSays('Acknowledge'),
  resolved: opsgenieSays('Close'),
};

const genericSays =
  (status: SendStatus) =>
  (incident: Incident): Payload => ({
    body: {
      version: 1,
      id: uuid(incident, `${status} ${incident.now.getTime()}`),
      status,
      dedup_key: `checkout-totals-${incident.key}`,
      title: incident.title,
      message: incident.message,
      severity: 'critical',
      source: 'opencode-relay send',
      service: incident.service,
      environment: incident.environment,
      occurred_at: incident.now.toISOString(),
      links: { runbook: 'https://runbooks.example.com/checkout-totals' },
      labels: { host: incident.host },
    },
  });

export const generic: Provider = {
  firing: genericSays('firing'),
  update: genericSays('update'),
  acknowledged: genericSays('acknowledged'),
  resolved: genericSays('resolved'),
  unknown: genericSays('unknown'),
  test: genericSays('test'),
};

/** The public contract's custom body has no status: it can only fire. */
export const custom: Provider = {
  firing: (incident) => ({
    body: {
      title: incident.title,
      message: incident.message,
      severity: 'critical',
      source: 'opencode-relay send',
      timestamp: incident.startedAt.toISOString(),
      metadata: { host: incident.host, key: incident.key },
    },
  }),
};
