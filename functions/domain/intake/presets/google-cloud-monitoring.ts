import type { Preset } from './preset.ts';

/** Google Cloud Monitoring's notification channel *Webhooks*. */
export const googleCloudMonitoring: Preset = {
  source: 'Google Cloud documentation, schema of webhook notifications, version 1.2',
  shape: 'published',
  mapping: {
    title: ['incident.policy_name', 'incident.condition_name', 'incident.summary'],
    message: ['incident.summary', 'incident.documentation.content'],
    severity: { path: ['incident.severity', 'incident.policy_user_labels.severity'], values: { warning: 'medium' } },
    // The test button sends an incident of version "test".
    status: {
      path: '{{version}}/{{incident.state}}',
      test: 'test/*',
      firing: '*/open',
      resolved: '*/closed',
      acknowledged: '*/acknowledged',
    },
    fingerprint: 'incident.incident_id',
    service: ['incident.resource_display_name', 'incident.resource_name'],
    startsAt: 'incident.started_at',
    occurredAt: ['incident.ended_at', 'incident.started_at'],
    labels: {
      project: 'incident.scoping_project_id',
      condition: 'incident.condition_name',
      resource: ['incident.resource_type_display_name', 'incident.resource.type'],
    },
    links: { incident: 'incident.url' },
  },
};
