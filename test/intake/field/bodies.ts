/** Small bodies in the shapes that senders give them before anybody edits a template. Names and texts are made up. */

export const datadogDefault = (title: string, changes: object = {}): object => ({
  id: '7',
  title,
  body: 'Disk is filling',
  event_type: 'metric_alert_monitor',
  last_updated: '1804507200000',
  date: '1804507200000',
  org: { id: '1', name: 'Acme' },
  ...changes,
});

export const newrelicDefault = (state: string, trigger: string, changes: object = {}): object => ({
  id: 'c5',
  title: 'Totals are wrong',
  priority: 'CRITICAL',
  state,
  trigger,
  issueUrl: 'https://newrelic.example.com/issues/c5',
  impactedEntities: ['checkout'],
  alertPolicyNames: ['Shop'],
  alertConditionNames: ['Totals'],
  workflowName: 'relay',
  createdAt: 1804507140000,
  updatedAt: 1804507200000,
  ...changes,
});

export const grafanaLegacy = (state: string): object => ({
  title: `[${state}] Totals are wrong`,
  state,
  ruleId: 3,
  ruleName: 'Totals are wrong',
  ruleUrl: 'https://grafana.example.com/d/x',
  message: 'Totals exceed the cart value.',
  evalMatches: [],
  orgId: 1,
  tags: { severity: 'critical' },
});

/** An uptime issue, which comes as an event alert without an exception. */
export const sentryUptime = (): object => ({
  action: 'triggered',
  data: {
    event: {
      event_id: 'e1',
      issue_id: '1',
      project: 4509,
      title: 'Downtime detected',
      culprit: '',
      level: 'error',
      message: '',
      url: 'https://sentry.example.com/api/0/projects/acme/shop/events/e1/',
      logentry: { formatted: 'The monitor has failed three times' },
      occurrence: {
        subtitle: 'the shop is down',
        evidenceDisplay: [{ name: 'Failure reason', value: 'timeout', important: true }],
      },
      sdk: { name: 'uptime' },
    },
  },
});

/** Bodies of senders that no format takes, and a word of what their refusal has to say. */
export const strangers: [sender: string, body: object, advice: RegExp][] = [
  [
    'an SNS topic',
    {
      Type: 'SubscriptionConfirmation',
      MessageId: '1',
      Token: 't',
      TopicArn: 'arn:aws:sns:eu-west-1:1:t',
      Message: 'm',
    },
    /SNS.*snsTopics/,
  ],
  [
    'an SNS notification',
    { Type: 'Notification', MessageId: '1', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: '{}' },
    /SNS.*snsTopics/,
  ],
  [
    "a template of one's own in Datadog",
    { title: 'Disk', alert_transition: 'Recovered', alert_id: '1' },
    /Datadog.*template/,
  ],
  [
    'New Relic, legacy',
    { title: 'x', current_state: 'closed', condition_id: 1, incident_id: 2 },
    /New Relic.*template/,
  ],
  [
    'PagerDuty, version 2',
    { messages: [{ event: 'incident.trigger', incident: { id: 'P1' } }] },
    /PagerDuty.*version 3/,
  ],
  [
    "Sentry's legacy plugin",
    { project: 'shop', culprit: 'sum', message: 'x', event: {}, url: 'https://x.example.com' },
    /Sentry.*internal integration/,
  ],
  ['a log drain', { logs: [{ message: 'x' }] }, /log drain.*alerts, not logs/],
  ['Azure Monitor', { schemaId: 'azureMonitorCommonAlertSchema', data: {} }, /azure_monitor/],
  [
    'Google Cloud Monitoring',
    { incident: { incident_id: 'x', state: 'open' }, version: '1.2' },
    /google_cloud_monitoring/,
  ],
  ['GitHub', { action: 'completed', workflow_run: {}, repository: {}, sender: {} }, /github_actions/],
  ['Rollbar', { event_name: 'new_item', data: {} }, /rollbar/],
  ['Uptime Kuma', { heartbeat: null, monitor: null, msg: 'x' }, /uptime_kuma/],
  ['ThousandEyes', { eventId: 'e', eventType: 'ALERT_NOTIFICATION_TRIGGER', alert: {} }, /thousandeyes/],
  ['Dynatrace', { State: 'OPEN', ProblemID: 'P-1', ProblemTitle: 'x' }, /dynatrace/],
  ['Checkmk', { notification_type: 'PROBLEM', host: 'db1' }, /checkmk/],
  ['a state in words of its own', { title: 'x', state: 'gone' }, /"state".*mapping/],
  ['an end in words of its own', { title: 'x', resolved: true }, /"resolved".*mapping/],
];
