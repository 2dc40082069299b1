import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * Fields that say in the words of another sender what has become of an alert, and what that sender is. A body that has
 * one of them, and no status of ours, is never taken for a firing alert unless somebody has said that it is ours.
 */
const foreign: readonly [field: string, sender?: string][] = [
  ['alert_transition', 'datadog'],
  ['transition', 'datadog'],
  ['last_updated', 'datadog'],
  ['event_type'],
  ['eventType'],
  ['evalMatches', 'grafana'],
  ['ruleUrl', 'grafana'],
  ['issueUrl', 'newrelic'],
  ['triggerEvent', 'newrelic'],
  ['trigger'],
  ['current_state'],
  ['state'],
  ['State'],
  ['alert_state'],
  ['alertState'],
  ['alert_status'],
  ['alertStatus'],
  ['new_state'],
  ['monitorCondition'],
  ['notification_type'],
  ['notificationType'],
  ['conclusion'],
  ['event_name'],
  ['event_value'],
  ['resolved'],
  ['is_resolved'],
  ['resolved_at'],
  ['closedAt'],
];

/** The fields of a body that tell a state in the words of another sender. */
export const foreignWords = (body: JsonObject): string[] =>
  foreign.map(([field]) => field).filter((field) => body[field] !== undefined && body[field] !== null);

interface Sender {
  name: string;
  recognises(body: JsonObject): boolean;
  /** What to do instead. */
  hint: string;
}

const has = (value: Json | undefined, ...fields: string[]): boolean =>
  isObject(value) && fields.every((field) => value[field] !== undefined);
const preset = (provider: string): string => `pin the webhook to the provider "${provider}".`;
const template = 'paste our template for it from the manual of the hooks, whole.';

/** Bodies that people send to a hook and that no format takes, the surest first. */
const senders: readonly Sender[] = [
  {
    name: 'an SNS topic',
    recognises: (body) => has(body, 'Type', 'TopicArn', 'MessageId'),
    hint: 'subscribe the topic by configuration, with the stack\'s context "snsTopics": it needs no address of a hook.',
  },
  { name: "Datadog's own webhook", recognises: (body) => isOf(body, 'datadog'), hint: template },
  {
    name: 'New Relic, legacy alerts',
    recognises: (body) => has(body, 'current_state') && (has(body, 'condition_id') || has(body, 'incident_id')),
    hint: `use a workflow with a webhook destination, and ${template}`,
  },
  { name: 'New Relic', recognises: (body) => isOf(body, 'newrelic'), hint: template },
  {
    name: "Grafana's legacy alerting",
    recognises: (body) => isOf(body, 'grafana'),
    hint: 'it is read where it names "ruleId" and "state"; or use unified alerting, without a custom payload.',
  },
  {
    name: 'PagerDuty, version 2 of its webhooks',
    recognises: (body) => Array.isArray(body.messages) && body.messages.some((message) => has(message, 'incident')),
    hint: 'subscribe with a webhook of version 3.',
  },
  {
    name: "Sentry's legacy WebHooks plugin",
    recognises: (body) => has(body, 'project', 'event') && (has(body, 'triggering_rules') || has(body, 'culprit')),
    hint: 'use an internal integration, whose webhooks are signed.',
  },
  { name: 'Uptime Kuma', recognises: (body) => 'heartbeat' in body && 'monitor' in body, hint: preset('uptime_kuma') },
  {
    name: 'Azure Monitor',
    recognises: (body) => has(body, 'schemaId', 'data'),
    hint: `${preset('azure_monitor')} Enable the common alert schema.`,
  },
  {
    name: 'Google Cloud Monitoring',
    recognises: (body) => has(body.incident, 'incident_id') || has(body.incident, 'policy_name'),
    hint: preset('google_cloud_monitoring'),
  },
  {
    name: 'GitHub',
    recognises: (body) => has(body, 'repository', 'sender') || has(body, 'zen', 'hook_id'),
    hint: `${preset('github_actions')} Send it the event workflow_run.`,
  },
  { name: 'Rollbar', recognises: (body) => has(body, 'event_name', 'data'), hint: preset('rollbar') },
  { name: 'ThousandEyes', recognises: (body) => has(body, 'eventType', 'alert'), hint: preset('thousandeyes') },
  { name: 'Honeycomb', recognises: (body) => has(body, 'trigger_url'), hint: preset('honeycomb') },
  {
    name: 'Dynatrace',
    recognises: (body) => has(body, 'ProblemID', 'State') || has(body, 'ProblemTitle'),
    hint: preset('dynatrace'),
  },
  { name: 'Checkmk, Nagios or Icinga', recognises: (body) => has(body, 'notification_type'), hint: preset('checkmk') },
  {
    name: 'a log drain',
    recognises: (body) =>
      ['logs', 'records', 'logEvents', 'resourceLogs', 'events'].some((field) => Array.isArray(body[field])),
    hint: 'a hook takes alerts, not logs: send it the webhook of an alert on them.',
  },
];

const isOf = (body: JsonObject, sender: string): boolean =>
  foreign.some(([field, of]) => of === sender && body[field] !== undefined);

/** Who seems to have sent a body that no format takes, and what to do about it; undefined: nobody that we know. */
export function senderHint(body: JsonObject): string | undefined {
  const sender = senders.find(({ recognises }) => recognises(body));
  if (sender) return `It seems to come from ${sender.name}: ${sender.hint}`;
  const [word] = foreignWords(body);
  if (word === undefined) return undefined;
  return (
    `It says its state in "${word}", which could mean an end as well as a beginning: send "status" in our words, pin the webhook to its ` +
    'provider, or describe the body with a mapping.'
  );
}
