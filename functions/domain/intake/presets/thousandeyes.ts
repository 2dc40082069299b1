import type { Preset } from './preset.ts';

/** ThousandEyes: its classic alert webhook, or a custom one with our body. */
export const thousandeyes: Preset = {
  source: 'ThousandEyes documentation, webhooks and variables of custom webhooks',
  shape: 'published',
  mapping: {
    title: [
      '{{alert.ruleName}}: {{alert.testName}}',
      '{{alert.rule.name}}: {{alert.test.name}}',
      'alert.ruleExpression',
      'eventType',
    ],
    message: ['alert.ruleExpression', 'alert.rule.expression', 'alert.details'],
    severity: { path: ['alert.severity', 'alert.severity.id', 'alert.rule.severity'] },
    // A custom webhook has numbers: 1 is the end, 2 the beginning.
    status: {
      path: ['eventType', 'type.id'],
      firing: ['alert_notification_trigger', 'trigger', '2'],
      resolved: ['alert_notification_clear', 'clear', '1'],
      test: ['webhook_test', '*test*'],
    },
    fingerprint: ['alert.alertId', 'alert.id', 'eventId', 'id'],
    service: ['alert.testName', 'alert.test.name'],
    labels: { type: ['alert.type', 'alert.rule.alertType'], target: ['alert.testTargetsDescription', 'alert.targets'] },
    links: { alert: ['alert.permalink', 'alert.apiLinks.0.href'] },
  },
};
