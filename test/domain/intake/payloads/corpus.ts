import type { WebhookProvider } from '../../../../functions/contract/alert.ts';
import { alertmanagerBody, alertmanagerEntry } from '../../../support/fakes/intake.ts';
import { axiomBody, axiomMonitorBody } from './axiom.ts';
import { betterstackError, betterstackIncident } from './betterstack.ts';
import { alarmEvent, alarmMessage, contributorEvent } from './cloudwatch.ts';
import { datadogBody } from './datadog.ts';
import { genericBody } from './generic.ts';
import { grafanaBody, grafanaEntry } from './grafana.ts';
import { newrelicBody } from './newrelic.ts';
import { opsgenieBody } from './opsgenie.ts';
import { pagerdutyEvent, pagerdutyNote } from './pagerduty.ts';
import { sentryEventAlert, sentryIssue, sentryMetricAlert } from './sentry.ts';

interface Sample {
  /** Name of the format and of what is sent. */
  name: string;
  format: string;
  provider: WebhookProvider;
  body: object;
}

const sample = (format: string, what: string, body: object, provider: WebhookProvider): Sample => ({
  name: `${format} ${what}`,
  format,
  provider,
  body,
});

/** One body of each kind that a format reads; each makes an alert. */
export const corpus: Sample[] = [
  sample('alertmanager', 'group', alertmanagerBody([alertmanagerEntry(), alertmanagerEntry()]), 'prometheus'),
  sample('grafana', 'group', grafanaBody([grafanaEntry(), grafanaEntry({ status: 'resolved' })]), 'grafana'),
  sample('sentry', 'event_alert', sentryEventAlert(), 'sentry'),
  sample('sentry', 'issue', sentryIssue('created'), 'sentry'),
  sample('sentry', 'metric_alert', sentryMetricAlert('critical'), 'sentry'),
  sample('pagerduty', 'incident', pagerdutyEvent('incident.triggered'), 'pagerduty'),
  sample('pagerduty', 'note', pagerdutyNote(), 'pagerduty'),
  sample('datadog', 'template', datadogBody(), 'datadog'),
  sample('axiom', 'template', axiomBody('Open'), 'axiom'),
  sample('axiom', 'monitor', axiomMonitorBody('triggered'), 'axiom'),
  sample('opsgenie', 'alert', opsgenieBody('Create'), 'opsgenie'),
  sample('newrelic', 'template', newrelicBody(), 'newrelic'),
  sample('betterstack', 'incident', betterstackIncident(), 'betterstack'),
  sample('betterstack', 'error', betterstackError('new_error'), 'betterstack'),
  sample('cloudwatch', 'event', alarmEvent('ALARM', 'OK'), 'cloudwatch'),
  sample('cloudwatch', 'contributor', contributorEvent('6d442278dba546f6', 'carts'), 'cloudwatch'),
  sample('cloudwatch', 'message', alarmMessage('ALARM', 'OK'), 'cloudwatch'),
  sample('generic', 'alert', genericBody(), 'generic'),
];
