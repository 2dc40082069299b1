import { fingerprintOfKey } from '../alert/fingerprint.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import { instantOf } from './instant.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { at, given, objectOf, textOf } from './path.ts';

const name = 'betterstack';
const errorStatuses = new Map<string, Draft['status']>([
  ['new_error', 'firing'],
  ['threshold', 'firing'],
  ['spike', 'firing'],
  ['reoccurred', 'firing'],
  ['unresolved', 'firing'],
  ['resolved', 'resolved'],
  ['ignored', 'resolved'],
]);

/** Better Stack's webhooks: incidents of Uptime, and errors. */
export const betterstack: Format = {
  name,
  recognises: ({ data }) =>
    isObject(data) && isObject(data.attributes) && (data.type === 'incident' || data.type === 'error'),
  read(body) {
    const data = objectOf(body.data);
    const key = fieldsOf(data).key('id');
    if (key === undefined) return lacks(['data', 'id'], 'the id of the incident or error');
    if (data.type === 'incident') return { drafts: [ofIncident(key, textOf(body.event), data)] };
    if (data.type !== 'error') return lacks(['data', 'type'], '"incident" or "error"');
    return { drafts: [ofError(key, data)] };
  },
};

function ofIncident(id: string, event: string | undefined, data: JsonObject): Draft {
  const fields = fieldsOf(objectOf(data.attributes));
  const cause = fields.text('cause');
  const monitor = fields.text('name') ?? fields.text('url');
  const draft: Draft = {
    status: statusOf(event, fields),
    title: [monitor ?? `Better Stack incident ${id}`, cause].filter((part) => part !== undefined).join(': '),
    message: fields.text('response_content'),
    source: name,
    service: fields.text('name'),
    externalId: id,
    fingerprint: fingerprintOfKey('betterstack.incident', id),
    // An incident is never opened again.
    startsAt: fields.instant('started_at'),
    occurredAt: instantOf(fields.text('resolved_at', 'acknowledged_at', 'started_at')),
    links: fields.texts('url', 'response_url', 'screenshot_url'),
    labels: fields.texts('team_name'),
    metadata: {
      ...fields.texts('http_method', 'status', 'acknowledged_at', 'resolved_at'),
      ...given('cause', cause),
      ...given('monitorId', textOf(at(data, 'relationships.monitor.data.id'))),
      regions: fields.list('regions'),
    },
    otherFields: {},
    dropped: ['acknowledged_by', 'resolved_by'].filter((field) => Object.hasOwn(objectOf(data.attributes), field)),
  };
  fields.skip('acknowledged_by', 'resolved_by');
  return { ...draft, otherFields: fields.others() };
}

/** The older page of Better Stack's manual has `event`, the newer one only the times. */
function statusOf(event: string | undefined, fields: Fields): Draft['status'] {
  if (event === 'resolved' || fields.text('resolved_at') !== undefined) return 'resolved';
  if (event === 'acknowledged' || fields.text('acknowledged_at') !== undefined) return 'acknowledged';
  return event === undefined || event === 'started' ? 'firing' : 'update';
}

function ofError(id: string, data: JsonObject): Draft {
  const fields = fieldsOf(objectOf(data.attributes));
  const event = fields.text('event');
  const application = fields.text('application_name');
  const [type, said] = [fields.text('error_type'), fields.text('error_message')];
  const draft: Draft = {
    status: errorStatuses.get(event?.toLowerCase() ?? '') ?? 'update',
    title: [type, said].filter((part) => part !== undefined).join(': ') || `Better Stack error ${id}`,
    message: said,
    source: name,
    service: application,
    externalId: id,
    fingerprint: fingerprintOfKey('betterstack.error', id),
    links: given('error', fields.text('error_url')),
    labels: fields.texts('application_id'),
    metadata: {
      ...given('event', event),
      ...fields.texts('call_site_file', 'call_site_function', 'call_site_line'),
    },
    otherFields: {},
  };
  return { ...draft, otherFields: fields.others() };
}
