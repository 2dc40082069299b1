import type { Preset } from './preset.ts';

/** A Kibana rule with the webhook connector, and our body for each of its action groups. */
export const elastic: Preset = {
  source: 'Elastic documentation, action variables of rules',
  shape: 'template',
  mapping: {
    title: ['{{rule}}: {{alert}}', 'rule'],
    message: ['message', 'reason'],
    severity: { path: 'severity' },
    status: {
      path: 'action_group',
      test: '*test*',
      resolved: ['recovered', '*recover*'],
      unknown: ['*nodata*', '*no data*'],
      firing: '*',
    },
    fingerprint: '{{rule_id}}/{{alert_id}}',
    service: 'service',
    environment: 'environment',
    occurredAt: 'date',
    labels: { space: 'space', tags: 'tags', action_group: 'action_group' },
    links: { rule: 'url' },
  },
};
