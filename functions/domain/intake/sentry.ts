import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, objectOf, textOf } from './path.ts';
import { sentryLabels, slugIn, stackOf, wordsOf } from './sentry-event.ts';

const name = 'sentry';
/** The keys of issues and of metric alerts are numbers that know nothing of each other. */
const [issueOrigin, metricOrigin] = ['sentry.issue', 'sentry.metric_alert'];
/** Sentry's levels in our words. */
const levels = new Map([
  ['fatal', 'critical'],
  ['error', 'high'],
  ['warning', 'medium'],
  ['info', 'low'],
  ['debug', 'info'],
]);
const issueStatuses = new Map<string, Draft['status']>([
  ['created', 'firing'],
  ['unresolved', 'firing'],
  ['resolved', 'resolved'],
  ['archived', 'resolved'],
  ['ignored', 'resolved'],
]);
const metricStatuses = new Map<string, Draft['status']>([
  ['critical', 'firing'],
  ['warning', 'firing'],
  ['resolved', 'resolved'],
]);
/** What Sentry's events know of persons and their requests; it is not kept. */
const private_ = ['request', 'user', 'contexts', 'breadcrumbs', 'extra', '_meta', 'entries', 'threads', 'debug_meta'];
/** Of an event, what is read in part, or says once more what another field says. */
const partly = ['exception', 'project', 'url', 'groupID'];
/** Whom an issue concerns. */
const persons = ['assignedTo', 'participants', 'seenBy', 'activity', 'owners', 'pluginActions', 'subscriptionDetails'];

/** Sentry's internal integration: issue alerts (`event_alert`), issues and metric alerts. */
export const sentry: Format = {
  name,
  hint: "Use an internal integration's webhook, not the legacy WebHooks plugin.",
  recognises: ({ action, data, installation }) =>
    typeof action === 'string' &&
    isObject(data) &&
    (objectOf(installation).uuid !== undefined ||
      ['event', 'issue', 'metric_alert', 'installation', 'error', 'comment', 'comment_id', 'run_id'].some((field) =>
        Object.hasOwn(data, field),
      )),
  read({ action, data: given }) {
    const data = objectOf(given);
    const said = textOf(action)?.toLowerCase();
    if (said === undefined) return lacks(['action'], 'text');
    if (isObject(data.metric_alert)) {
      const draft = ofMetricAlert(said, data, data.metric_alert);
      return draft ? { drafts: [draft] } : lacks(['data', 'metric_alert', 'id'], 'the id of the metric alert');
    }
    if (isObject(data.event)) return { drafts: [ofEvent(data, data.event)] };
    // An error of its own and a comment hold a reference to the issue, and no state of it.
    if (isObject(data.issue) && data.comment === undefined) {
      const draft = ofIssue(said, data.issue);
      return draft ? { drafts: [draft] } : lacks(['data', 'issue', 'id'], 'the id of the issue');
    }
    if (isObject(data.installation)) {
      return { nothing: { code: 'installation', message: 'The integration is known; it needs no registration.' } };
    }
    if (Object.keys(data).length === 0) return lacks(['data'], 'an event, an issue or a metric alert');
    return { nothing: { code: 'no_incident', message: 'The message is about no issue and no metric alert.' } };
  },
};

function ofEvent(data: JsonObject, event: JsonObject): Draft {
  const fields = fieldsOf(event);
  const title = fields.text('title', 'metadata.title', 'message');
  const culprit = fields.text('culprit');
  const project = fields.text('project_slug', 'project_name') ?? slugIn(fields.text('url')) ?? fields.text('project');
  const issue = fields.key('issue_id', 'groupID') ?? /\/issues\/(\d+)/.exec(fields.text('issue_url') ?? '')?.[1];
  const labels = sentryLabels(fields.list('tags'));
  const message = [stackOf(event), ...wordsOf(event, title)].filter((text) => text !== undefined).join('\n\n');
  fields.skip(...private_, ...partly, 'message', 'logentry', 'occurrence');
  // Of an exception it says once more what the exception says.
  if (stackOf(event) !== undefined) fields.skip('metadata');
  return {
    status: labels.sample_event === 'yes' ? 'test' : 'firing',
    title: title ?? textOf(objectOf(data.issue_alert).title) ?? '',
    message: message || culprit,
    severity: severityOf(fields.text('level')),
    source: name,
    service: project,
    environment: fields.text('environment') ?? labels.environment,
    externalId: issue,
    // Without the id of its issue, the alert is told by what Sentry groups by. Its end then finds no alert.
    fingerprint:
      issue === undefined
        ? fingerprintOfFacts(name, {
            title,
            culprit,
            project,
            event: title === undefined ? fields.key('event_id') : '',
          })
        : fingerprintOfKey(issueOrigin, issue),
    links: fields.texts('web_url', 'issue_url'),
    labels,
    metadata: {
      ...fields.texts('event_id', 'platform', 'release', 'datetime'),
      ...given('culprit', culprit),
      ...given('rule', textOf(data.triggered_rule) ?? textOf(objectOf(data.issue_alert).title)),
    },
    otherFields: fields.others(),
    dropped: Object.keys(event).filter((field) => private_.includes(field)),
  };
}

function ofIssue(action: string, issue: JsonObject): Draft | undefined {
  const fields = fieldsOf(issue);
  const id = fields.key('id');
  if (id === undefined) return undefined;
  const known = fields.texts(
    ...['shortId', 'culprit', 'status', 'substatus', 'count', 'userCount', 'firstSeen', 'lastSeen'],
  );
  fields.skip(...persons, 'project', 'metadata', 'statusDetails');
  const draft: Draft = {
    // No start: `firstSeen` stays the same when an issue comes back.
    status: issueStatuses.get(action) ?? 'update',
    title: fields.text('title', 'metadata.title', 'metadata.type') ?? `Sentry issue ${id}`,
    message: fields.text('metadata.value', 'culprit'),
    severity: severityOf(fields.text('level')),
    source: name,
    service: fields.text('project.slug', 'project.name'),
    externalId: id,
    fingerprint: fingerprintOfKey(issueOrigin, id),
    links: fields.texts('web_url', 'permalink', 'url'),
    labels: {},
    metadata: {
      action,
      ...known,
      ...(isObject(issue.statusDetails) && { statusDetails: fields.texts(...releases) }),
    },
    otherFields: {},
    dropped: [...persons, 'statusDetails'].filter((field) => issue[field] !== undefined && issue[field] !== null),
  };
  return { ...draft, otherFields: fields.others() };
}
/** Of the details, what names no person. */
const releases = ['statusDetails.inRelease', 'statusDetails.inNextRelease', 'statusDetails.ignoreCount'];

function ofMetricAlert(action: string, data: JsonObject, alert: JsonObject): Draft | undefined {
  const fields = fieldsOf(alert);
  const about = fieldsOf(data);
  const id = fields.key('id', 'identifier');
  if (id === undefined) return undefined;
  const status = metricStatuses.get(action) ?? 'update';
  const draft: Draft = {
    status,
    title: about.text('description_title') ?? fields.text('title', 'alert_rule.name') ?? `Sentry metric alert ${id}`,
    message: about.text('description_text'),
    severity: action === 'critical' ? 'critical' : action === 'warning' ? 'medium' : undefined,
    source: name,
    service: textOf(fields.list('projects')[0]),
    environment: fields.text('alert_rule.environment'),
    externalId: id,
    fingerprint: fingerprintOfKey(metricOrigin, id),
    startsAt: fields.instant('date_started'),
    links: about.texts('web_url'),
    labels: {},
    metadata: {
      action,
      ...fields.texts('identifier', 'status', 'date_closed'),
      ...fields.texts('alert_rule.name', 'alert_rule.query', 'alert_rule.aggregate', 'alert_rule.time_window'),
    },
    otherFields: {},
  };
  about.skip('metric_alert');
  return { ...draft, otherFields: { ...fields.others(), ...about.others() } };
}

/** A word that is not in the table stays as it is, and is told as such. */
const severityOf = (level: string | undefined): string | undefined =>
  level === undefined ? undefined : (levels.get(level.trim().toLowerCase()) ?? level);
