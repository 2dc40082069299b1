import * as z from 'zod/mini';
import { limits } from '../../contract/limits.ts';
import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { type Format, fieldsBeside, issuesOf, optionalTextSchema } from './format.ts';
import { assumedInstantOf } from './instant.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { given } from './path.ts';
import { hasNoValue, ruleNameOf } from './rule-name.ts';

const name = 'alertmanager';
export const payloadHint =
  'If it comes from Alertmanager, a custom "payload" in its webhook_config is a possible cause: remove that option.';
/** Senders that are written by hand put numbers and truth values among the texts. */
const textsSchema = z.pipe(
  z.record(z.string(), z.unknown(), 'must be an object'),
  z.transform((values) => {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
    return texts;
  }),
);
/** One that cannot be read is left out, and noted: an alert is not refused over its time. */
const timeSchema = z.pipe(
  z.optional(z.unknown()),
  z.transform((value) => {
    const isPlain = typeof value === 'string' || typeof value === 'number';
    if (value === null || value === undefined || value === '' || (isPlain && isZero(value))) return undefined;
    const text = isPlain ? String(value) : JSON.stringify(value);
    return { text, ...(isPlain && assumedInstantOf(value)) };
  }),
);

/** Go's zero time means that nobody set it. */
const isZero = (time: string | number): boolean => `${time}`.startsWith('0001-01-01T');

const entrySchema = z.object(
  {
    status: z.enum(['firing', 'resolved'], 'must be "firing" or "resolved"'),
    labels: textsSchema,
    annotations: z.pipe(
      z.nullish(textsSchema),
      z.transform((annotations) => annotations ?? {}),
    ),
    startsAt: timeSchema,
    endsAt: timeSchema,
    generatorURL: optionalTextSchema,
    fingerprint: optionalTextSchema,
  },
  'must be an object',
);
type AlertmanagerAlert = z.infer<typeof entrySchema>;

const bodySchema = z.object({
  version: z.nullish(z.literal('4', 'must be "4", as Alertmanager sends it, or left out')),
  alerts: z.array(entrySchema, 'must be a list').check(z.minLength(1, 'must hold at least one alert')),
  receiver: optionalTextSchema,
  groupKey: optionalTextSchema,
  externalURL: optionalTextSchema,
  truncatedAlerts: z.nullish(z.int('must be a whole number').check(z.nonnegative('must not be negative'))),
});
type Body = z.infer<typeof bodySchema>;

const entryFields = Object.keys(entrySchema.shape);
/** What the group says of all its alerts stands in each of them as well, or is told by them. */
const groupFields = [
  ...Object.keys(bodySchema.shape),
  ...['status', 'groupLabels', 'commonLabels', 'commonAnnotations'],
];
const titles = ['summary', 'title'];
const messages = ['description', 'message'];
const runbooks = ['runbook_url', 'runbook'];
const dashboards = ['dashboard_url', 'dashboard'];

/** Prometheus Alertmanager's webhook, version "4": many alerts in one body, firing and resolved mixed. */
export const alertmanager: Format = {
  name,
  hint: payloadHint,
  recognises: ({ alerts }) => Array.isArray(alerts),
  read(body) {
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) return { issues: issuesOf(parsed.error), ...(isOtherVersion(body) && { hint: '' }) };
    const otherFields = smallFields(fieldsBeside(body, groupFields));
    const given = Array.isArray(body.alerts) ? body.alerts : [];
    return {
      drafts: parsed.data.alerts.map((entry, index) => {
        const source = given[index];
        const unknown = isObject(source) ? fieldsBeside(source, entryFields) : {};
        const draft = draftOf(entry, parsed.data, { ...otherFields, ...unknown });
        return { ...draft, facts: entry.labels, entry: isObject(source) ? source : undefined };
      }),
    };
  },
};

/** A body that is in order but for its version: nobody has replaced it. */
const isOtherVersion = ({ version, alerts, ...rest }: JsonObject): boolean =>
  bodySchema.safeParse({ ...rest, alerts }).success && version !== undefined;

function draftOf(entry: AlertmanagerAlert, body: Body, otherFields: JsonObject): Draft {
  const { labels, annotations } = entry;
  const [said, message] = [firstOf(annotations, titles), firstOf(annotations, messages)];
  const title = said && hasNoValue(said.text) && ruleNameOf(labels) !== undefined ? undefined : said;
  const [runbook, dashboard] = [firstOf(annotations, runbooks), firstOf(annotations, dashboards)];
  // A title that will be cut stands among the other annotations as a whole.
  const wholeTitle = title && title.text.length <= limits.titleCharacters ? title : undefined;
  const placed = namesOf([wholeTitle, message, runbook, dashboard]);
  return {
    status: entry.status,
    title: title?.text || ruleNameOf(labels) || message?.text || '',
    message: message?.text,
    severity: labels.severity || labels.priority || undefined,
    source: 'prometheus',
    service: labels.service || labels.app,
    environment: labels.environment || labels.env,
    externalId: entry.fingerprint,
    fingerprint:
      entry.fingerprint === undefined ? fingerprintOfFacts(name, labels) : fingerprintOfKey(name, entry.fingerprint),
    startsAt: entry.startsAt?.at,
    occurredAt: endOf(entry)?.at,
    links: {
      ...(runbook && { runbook: runbook.text }),
      ...(dashboard && { dashboard: dashboard.text }),
      ...(entry.generatorURL !== undefined && { generator: entry.generatorURL }),
      ...(body.externalURL !== undefined && { alertmanager: body.externalURL }),
    },
    labels,
    metadata: metadataOf(entry, body, fieldsBeside(annotations, placed)),
    otherFields: { ...otherFields, ...unreadable(entry) },
    ...(isAssumedUtc(entry) && { notes: { assumedUtc: 'startsAt' } }),
  };
}

const isAssumedUtc = ({ startsAt }: AlertmanagerAlert): boolean => startsAt?.isAssumedUtc ?? false;

/** Times that nobody can read, as they came. */
const unreadable = ({ startsAt, endsAt }: AlertmanagerAlert): JsonObject => ({
  ...(startsAt && startsAt.at === undefined && { startsAt: startsAt.text }),
  ...(endsAt && endsAt.at === undefined && { endsAt: endsAt.text }),
});

/** `annotations` are those without a place of their own. */
function metadataOf(entry: AlertmanagerAlert, body: Body, annotations: JsonObject): JsonObject {
  return {
    ...(body.truncatedAlerts && { truncatedAlerts: body.truncatedAlerts }),
    ...given('endsAt', endOf(entry)?.text),
    ...(body.receiver !== undefined && { receiver: body.receiver }),
    ...(body.groupKey !== undefined && { groupKey: body.groupKey }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

const endOf = ({ status, endsAt }: AlertmanagerAlert) => (status === 'resolved' ? endsAt : undefined);

interface Annotation {
  name: string;
  text: string;
}

function firstOf(annotations: Record<string, string>, names: string[]): Annotation | undefined {
  for (const name of names) {
    const text = annotations[name];
    if (text !== undefined && text.trim() !== '') return { name, text };
  }
  return undefined;
}

const namesOf = (annotations: (Annotation | undefined)[]): string[] =>
  annotations.flatMap((annotation) => (annotation ? [annotation.name] : []));

/** Of a group's unknown fields: they stand in each of its alerts, so only what is short. */
const smallFields = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => JSON.stringify(value).length <= 255));
