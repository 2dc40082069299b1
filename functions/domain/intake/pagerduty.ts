import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, keyOf, objectOf, textOf } from './path.ts';
import { severityOf } from './severity.ts';

const name = 'pagerduty';
const statuses = new Map<string, Draft['status']>([
  ['incident.triggered', 'firing'],
  ['incident.reopened', 'firing'],
  ['incident.acknowledged', 'acknowledged'],
  ['incident.unacknowledged', 'unacknowledged'],
  ['incident.resolved', 'resolved'],
]);
/** Urgency where there is no priority of the usual names. */
const urgencies = new Map([
  ['high', 'critical'],
  ['low', 'low'],
]);

/** PagerDuty's webhook, version 3: one event about one incident. */
export const pagerduty: Format = {
  name,
  hint: 'Subscribe with a webhook of version 3; extensions of version 1 and 2 send other bodies.',
  recognises: ({ event }) => isObject(event) && typeof event.event_type === 'string' && event.data !== undefined,
  deliveryKey: ({ event }) => keyOf(objectOf(event).id),
  read(body) {
    const event = objectOf(body.event);
    const type = textOf(event.event_type);
    if (type === undefined) return lacks(['event', 'event_type'], 'text');
    if (type === 'pagey.ping') return { nothing: { code: 'ping', message: 'The hook is reached.' } };
    if (!type.startsWith('incident.')) {
      return { nothing: { code: 'no_incident', message: 'The event is about no incident.' } };
    }
    const data = objectOf(event.data);
    // A note or an update of the status holds the incident as a reference.
    const about = isObject(data.incident) ? data.incident : data;
    const draft = draftOf(type, event, data, about);
    return draft ? { drafts: [draft] } : lacks(['event', 'data', 'id'], 'the id of the incident');
  },
};

function draftOf(type: string, event: JsonObject, data: JsonObject, about: JsonObject): Draft | undefined {
  const fields = fieldsOf(about);
  const id = fields.key('id');
  if (id === undefined) return undefined;
  const priority = fields.text('priority.summary', 'priority.name');
  const urgency = fields.text('urgency') ?? '';
  const teams = fields.list('teams').flatMap((team) => textOf(objectOf(team).summary) ?? []);
  fields.skip('type', 'self', 'summary', 'incident', 'assignees');
  return {
    // No start: an incident that is opened again keeps the time at which it was made.
    status: statuses.get(type) ?? 'update',
    title: fields.text('title', 'summary') ?? `PagerDuty incident ${id}`,
    message: about === data ? undefined : textOf(data.content ?? data.message),
    severity: (priority !== undefined && severityOf(priority)) || (urgencies.get(urgency.toLowerCase()) ?? priority),
    source: name,
    service: fields.text('service.summary'),
    externalId: id,
    fingerprint: fingerprintOfKey(name, id),
    occurredAt: instantOf(event.occurred_at),
    links: { ...given('incident', fields.text('html_url')), ...given('conference', conferenceOf(about)) },
    labels: fields.texts('urgency'),
    metadata: {
      event: type,
      ...fields.texts('number', 'status', 'incident_key', 'created_at'),
      ...(priority !== undefined && { priority }),
      ...(teams.length > 0 && { teams }),
      ...given('resolveReason', fields.text('resolve_reason.type', 'resolve_reason')),
      ...given('escalationPolicy', fields.text('escalation_policy.summary')),
      ...given('occurredAt', textOf(event.occurred_at)),
    },
    otherFields: without(fields.others(), 'conference_bridge'),
    dropped: ['assignees'].filter((field) => about[field] !== undefined).concat(event.agent ? ['agent'] : []),
  };
}

const conferenceOf = (incident: JsonObject): string | undefined =>
  textOf(objectOf(incident.conference_bridge).conference_url);

const without = (object: JsonObject, field: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
