import { type AlertOccurrence, occurrenceStatuses } from '../../contract/alert.ts';
import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { collapseSpaces } from '../text/untrusted-text.ts';
import { type Fields, fieldsOf, timeOf } from './fields.ts';
import { type Format, lacks } from './format.ts';
import type { Json, JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given, keyOf, textOf } from './path.ts';
import type { Issue } from './refusal.ts';
import { foreignWords } from './senders.ts';

const name = 'generic';
/** Of an alert that does not say where it comes from. */
const DEFAULT_SOURCE = 'custom';
/** Other spellings that are taken for the field. A misspelt field is not lost: see `otherFields`. */
const spellings = new Map([
  ['dedupKey', 'dedup_key'],
  ['occurredAt', 'occurred_at'],
  ['external_id', 'externalId'],
]);

/** Our own words, and those of others that mean the same beyond doubt. */
const statuses = new Map<string, AlertOccurrence['status']>([
  ...occurrenceStatuses.map((status) => [status, status] as const),
  ...['alerting', 'triggered', 'problem', 'open', 'down'].map((word) => [word, 'firing'] as const),
  ...['ok', 'closed', 'recovered', 'recovery', 'up', 'normal'].map((word) => [word, 'resolved'] as const),
  ...['no_data', 'nodata', 'no data'].map((word) => [word, 'unknown'] as const),
]);

/** One alert in our own words, for whatever can post JSON. Only `title` is required. */
export const generic: Format = {
  name,
  // A body that says its state in the words of another sender would be read as firing, whatever it says.
  recognises: (body) =>
    body.title !== undefined && (statusOf(body.status) !== undefined || foreignWords(body).length === 0),
  deliveryKey: ({ id }) => keyOf(id),
  read(body) {
    const spelt = respelt(body);
    const issues = [...issuesOfTitle(spelt.title), ...issuesOfKeys(spelt), ...issuesOfStatus(spelt.status)];
    return issues.length > 0 ? { issues } : { drafts: [draftOf(spelt)] };
  },
};

/** Undefined where there is none. Undefined too for a word that means nothing to us. */
const statusOf = (status: Json | undefined): Draft['status'] | undefined =>
  typeof status === 'string' ? statuses.get(status.trim().toLowerCase()) : undefined;

const isBlank = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

function issuesOfTitle(title: Json | undefined): Issue[] {
  if (typeof title !== 'string') return lacks(['title'], 'text').issues;
  return collapseSpaces(title) === '' ? lacks(['title'], 'text that is not empty').issues : [];
}

/** An inexact key would make one incident of two, so it is no decoration that could be left out. */
const issuesOfKeys = (body: JsonObject): Issue[] =>
  ['dedup_key', 'externalId'].flatMap((field) =>
    isBlank(body[field]) || exactKey(body[field]) !== undefined
      ? []
      : lacks([field], 'text, or an integer below 2^53').issues,
  );

const exactKey = (value: Json | undefined): string | undefined =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? undefined : keyOf(value);

const issuesOfStatus = (status: Json | undefined): Issue[] =>
  isBlank(status) || statusOf(status) !== undefined
    ? []
    : lacks(['status'], `one of ${occurrenceStatuses.join(', ')}`).issues;

/**
 * A time tells one event from the next where nothing else does: without a key it is the start of the alert, so the same
 * title an hour later is a new alert. Beside a key it is only the time of this message, for the key says which incident
 * it is about; a repeat or an end of that incident has another time and has to find the same alert.
 */
function draftOf(body: JsonObject): Draft {
  const fields = fieldsOf(body);
  const status = statusOf(body.status) ?? 'firing';
  const title = fields.text('title') ?? '';
  const [service, environment] = [fields.text('service'), fields.text('environment')];
  const source = fields.text('source') ?? DEFAULT_SOURCE;
  const [dedupKey, externalId] = [fields.key('dedup_key'), fields.key('externalId')];
  const key = dedupKey ?? externalId;
  const time = timeOf(fields, 'occurred_at', 'timestamp');
  const startsAt = status === 'firing' && key === undefined ? time?.at : undefined;
  const metadata = fields.object('metadata');
  // There is only one version of the format.
  fields.skip('status', 'version');
  const [links, labels] = [textsIn(fields, 'links'), textsIn(fields, 'labels')];
  return {
    status,
    title,
    message: fields.text('message'),
    severity: fields.text('severity'),
    source,
    service,
    environment,
    externalId: externalId ?? dedupKey,
    fingerprint:
      key === undefined
        ? fingerprintOfFacts(name, { title: collapseSpaces(title), source, service, environment })
        : fingerprintOfKey(name, key),
    startsAt,
    startsApart: true,
    occurredAt: time?.at,
    links: links.texts,
    labels: labels.texts,
    metadata: {
      ...(startsAt === undefined && given('occurredAt', time?.text)),
      ...given('id', fields.text('id')),
      ...metadata,
    },
    otherFields: { ...fields.others(), ...links.others, ...labels.others },
    ...(time?.isAssumedUtc && { notes: { assumedUtc: time.path } }),
  };
}

/** The texts of an object, and what in it is none, by its path. */
function textsIn(fields: Fields, field: string): { texts: Record<string, string>; others: JsonObject } {
  const all = Object.entries(fields.object(field));
  const texts = all.flatMap(([each, value]): [string, string][] => {
    const text = textOf(value);
    return text === undefined ? [] : [[each, text]];
  });
  const others = all.filter(([, value]) => typeof value === 'object' && value !== null);
  return {
    texts: Object.fromEntries(texts),
    others: Object.fromEntries(others.map(([each, value]) => [`${field}.${each}`, value])),
  };
}

/** Where both spellings are there, the other one stays a field that nobody knows. */
const respelt = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([field, value]) => {
      const ours = spellings.get(field);
      return [ours !== undefined && body[ours] === undefined ? ours : field, value];
    }),
  );
