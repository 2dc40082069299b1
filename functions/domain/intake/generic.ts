import * as z from 'zod';
import { occurrenceStatuses } from '../../contract/alert.ts';
import { limits } from '../../contract/limits.ts';
import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { collapseSpaces } from '../text/untrusted-text.ts';
import { type Format, fieldsBeside, instantSchema, issuesOf, optionalKeySchema, optionalTextSchema } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { keyOf } from './path.ts';

const name = 'generic';
/** Of an alert that does not say where it comes from. */
const DEFAULT_SOURCE = 'custom';
/** Other spellings that are taken for the field. A misspelt field is not lost: see `otherFields`. */
const spellings = new Map([
  ['dedupKey', 'dedup_key'],
  ['occurredAt', 'occurred_at'],
  ['external_id', 'externalId'],
]);

const textsSchema = z
  .record(z.string(), optionalTextSchema, 'must be an object of texts')
  .nullish()
  .transform((texts) => Object.fromEntries(Object.entries(texts ?? {}).flatMap(isGiven)));
const timeSchema = z.preprocess((value) => (value === '' ? undefined : value), instantSchema.nullish());

const bodySchema = z.object({
  title: z
    .string('must be text')
    .transform(collapseSpaces)
    .pipe(
      z
        .string()
        .min(1, 'must not be empty')
        .max(limits.titleCharacters, `must be at most ${limits.titleCharacters} characters`),
    ),
  message: optionalTextSchema,
  severity: optionalTextSchema,
  source: optionalTextSchema,
  service: optionalTextSchema,
  environment: optionalTextSchema,
  timestamp: timeSchema,
  occurred_at: timeSchema,
  dedup_key: optionalKeySchema,
  externalId: optionalKeySchema,
  status: z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() : (value ?? 'firing')),
    z.enum(occurrenceStatuses, `must be one of ${occurrenceStatuses.join(', ')}`),
  ),
  links: textsSchema,
  labels: textsSchema,
  metadata: z.record(z.string(), z.unknown(), 'must be an object').nullish(),
  /** The sender's id of the delivery. */
  id: optionalTextSchema,
});
type Body = z.infer<typeof bodySchema>;
/** There is only one version of the format. */
const fields = [...Object.keys(bodySchema.shape), 'version'];

/** One alert in our own words, for whatever can post JSON. Only `title` is required. */
export const generic: Format = {
  name,
  recognises: ({ title }) => title !== undefined,
  deliveryKey: ({ id }) => keyOf(id),
  read(given) {
    const body = respelt(given);
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) return { issues: issuesOf(parsed.error) };
    const metadata = isObject(body.metadata) ? body.metadata : {};
    return { drafts: [draftOf(parsed.data, metadata, fieldsBeside(body, fields))] };
  },
};

/**
 * A time tells one event from the next where nothing else does: without a key it is the start of the alert, so the same
 * title an hour later is a new alert. Beside a key it is only the time of this message, for the key says which incident
 * it is about; a repeat or an end of that incident has another time and has to find the same alert.
 */
function draftOf(body: Body, metadata: JsonObject, otherFields: JsonObject): Draft {
  const { status, title, source = DEFAULT_SOURCE, service, environment } = body;
  const key = body.dedup_key ?? body.externalId;
  const time = body.occurred_at ?? body.timestamp ?? undefined;
  const startsAt = status === 'firing' && key === undefined ? time : undefined;
  return {
    status,
    title,
    message: body.message,
    severity: body.severity,
    source,
    service,
    environment,
    externalId: body.externalId ?? body.dedup_key,
    fingerprint:
      key === undefined
        ? fingerprintOfFacts(name, { title, source, service, environment })
        : fingerprintOfKey(name, key),
    startsAt,
    startsApart: true,
    occurredAt: time,
    links: body.links,
    labels: body.labels,
    metadata: {
      ...(time !== undefined && startsAt === undefined && { occurredAt: time }),
      ...(body.id !== undefined && { id: body.id }),
      ...metadata,
    },
    otherFields,
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

const isGiven = ([field, text]: [string, string | undefined]): [string, string][] =>
  text === undefined ? [] : [[field, text]];
