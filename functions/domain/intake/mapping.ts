import * as z from 'zod';
import { severitySchema } from '../../contract/alert.ts';
import { fingerprintOfFacts, fingerprintOfKey } from '../alert/fingerprint.ts';
import { type Format, lacks, type ParsedFormat } from './format.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Draft } from './occurrence.ts';
import { at, dotPathSchema, keyOf, listOf, textOf } from './path.ts';
import type { Issue } from './refusal.ts';

const name = 'custom';
const MAX_VALUES = 50;
const wordSchema = z.string('must be text').trim().min(1, 'must not be empty').max(255).toLowerCase();

/**
 * Where the fields of an alert stand in a body that no format knows. Paths lead from an item, where `items` names a
 * list, and from the whole body where the item has nothing at that path.
 */
export const mappingSchema = z.strictObject({
  items: dotPathSchema.optional(),
  title: dotPathSchema,
  message: dotPathSchema.optional(),
  /** `values`: the sender's words, in any case, and ours. A word that is not there is looked up in the common table. */
  severity: z
    .strictObject({
      path: dotPathSchema,
      values: z
        .record(wordSchema, severitySchema)
        .refine((values) => Object.keys(values).length <= MAX_VALUES, `must be at most ${MAX_VALUES} words`)
        .optional(),
    })
    .optional(),
  /** `resolved`: the value, or values, in any case, that mean the end. Every other value is firing. */
  status: z
    .strictObject({
      path: dotPathSchema,
      resolved: z.union([wordSchema, z.array(wordSchema).min(1).max(MAX_VALUES)]),
    })
    .optional(),
  /** Without it the alert is told by title, service and environment. */
  fingerprint: dotPathSchema.optional(),
  service: dotPathSchema.optional(),
  environment: dotPathSchema.optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** The format of a webhook of provider `custom` that has a mapping. */
export const mapped = (mapping: Mapping): Format => ({
  name,
  hint: 'The mapping of the webhook is a possible cause: try it again with this body as its samplePayload.',
  recognises: () => true,
  read(body): ParsedFormat {
    const items = mapping.items === undefined ? [body] : at(body, mapping.items);
    if (!Array.isArray(items) || items.length === 0) {
      return lacks(pathOf(mapping.items ?? ''), 'a list of at least one item, as the mapping says');
    }
    const drafts: Draft[] = [];
    for (const [index, item] of items.entries()) {
      const draft = draftOf(mapping, item, body);
      if ('missing' in draft) {
        const path = mapping.items === undefined ? [] : [...pathOf(mapping.items), index];
        return lacks([...path, ...pathOf(draft.missing)], 'text, as the mapping says');
      }
      drafts.push(draft);
    }
    return { drafts };
  },
});

function draftOf(mapping: Mapping, item: Json, body: JsonObject): Draft | { missing: string } {
  const value = (path: string | undefined): Json | undefined =>
    path === undefined ? undefined : (at(item, path) ?? at(body, path));
  const title = textOf(value(mapping.title));
  if (title === undefined) return { missing: mapping.title };
  const key = keyOf(value(mapping.fingerprint));
  if (key === undefined && mapping.fingerprint !== undefined) return { missing: mapping.fingerprint };
  const [service, environment] = [textOf(value(mapping.service)), textOf(value(mapping.environment))];
  const entry = isObject(item) ? item : {};
  return {
    status: statusOf(mapping.status, textOf(value(mapping.status?.path))),
    title,
    message: textOf(value(mapping.message)),
    severity: severityOf(mapping.severity, textOf(value(mapping.severity?.path))),
    source: name,
    service,
    environment,
    externalId: key,
    fingerprint:
      key === undefined ? fingerprintOfFacts(name, { title, service, environment }) : fingerprintOfKey(name, key),
    links: {},
    labels: {},
    metadata: { payload: entry },
    otherFields: {},
    entry,
  };
}

function statusOf(status: Mapping['status'], said: string | undefined): 'firing' | 'resolved' {
  const words = [status?.resolved ?? []].flat();
  return said !== undefined && words.includes(said.trim().toLowerCase()) ? 'resolved' : 'firing';
}

const severityOf = (severity: Mapping['severity'], said: string | undefined): string | undefined =>
  said === undefined
    ? undefined
    : (new Map(Object.entries(severity?.values ?? {})).get(said.trim().toLowerCase()) ?? said);

const pathOf = (path: string): string[] => (path === '' ? [] : path.split('.'));

/**
 * Tries a mapping on a sample: an issue for each path that leads to nothing, or not to what it is for. The paths of the
 * issues are those of the mapping, e.g. `['severity', 'path']`; none means that the mapping fits.
 */
export function tryMapping(mapping: Mapping, sample: JsonObject): Issue[] {
  const items = mapping.items === undefined ? [sample] : listOf(at(sample, mapping.items));
  if (items.length === 0) return [misleads(['items'], mapping.items ?? '', 'a list of at least one item')];
  const leads = (path: string): boolean =>
    items.every((item) => {
      const value = at(item, path) ?? at(sample, path);
      return (path === mapping.fingerprint ? keyOf(value) : textOf(value)) !== undefined;
    });
  const { title, message, severity, status, fingerprint, service, environment } = mapping;
  const paths: [string[], string | undefined][] = [
    [['title'], title],
    [['message'], message],
    [['severity', 'path'], severity?.path],
    [['status', 'path'], status?.path],
    [['fingerprint'], fingerprint],
    [['service'], service],
    [['environment'], environment],
  ];
  return paths.flatMap(([field, path]) =>
    path === undefined || leads(path) ? [] : [misleads(field, path, 'text or a number in every item')],
  );
}

const misleads = (path: string[], dotPath: string, expected: string): Issue => ({
  path,
  code: 'path_not_found',
  message: `must lead to ${expected} of the sample; "${dotPath}" does not`,
});
