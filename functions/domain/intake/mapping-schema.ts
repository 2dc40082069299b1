import * as z from 'zod';
import { presetProviders, severitySchema } from '../../contract/alert.ts';

const MAX_VALUES = 50;
const MAX_SOURCES = 10;

/** Names and list positions, joined by dots: `event.data.id`, `alerts.0.labels.pod`. */
const DOT_PATH = /^[^.]+(\.[^.]+)*$/;

/** A text in which `{{path}}` stands for what is found there. */
export const isTemplate = (source: string): boolean => source.includes('{{');

const sourceSchema = z
  .string('must be a dot-path')
  .min(1, 'must not be empty')
  .max(255, 'must be at most 255 characters')
  .refine(
    (source) => isTemplate(source) || DOT_PATH.test(source),
    'must be names joined by single dots, such as "event.data.id", or a text with {{event.data.id}} in it',
  )
  .refine(
    (source) => !isTemplate(source) || /^([^{}]|\{\{[^{}]+\}\})*$/.test(source),
    'must close each "{{" with "}}", and name a path between them',
  );

/**
 * Where a field is found: a path or a text with paths in it, or several of them, of which the first that is there
 * counts.
 */
const sourcesSchema = z.union([sourceSchema, z.array(sourceSchema).min(1).max(MAX_SOURCES)]);
export type Sources = z.infer<typeof sourcesSchema>;

const namedSourcesSchema = z
  .record(z.string().min(1).max(255), sourcesSchema)
  .refine((named) => Object.keys(named).length <= MAX_VALUES, `must be at most ${MAX_VALUES} names`);

const wordSchema = z.string('must be text').trim().min(1, 'must not be empty').max(255).toLowerCase();
const wordsSchema = z.union([wordSchema, z.array(wordSchema).min(1).max(MAX_VALUES)]);

/**
 * What a word of the sender may mean. Where several patterns fit, the first of these counts; a whole word before them.
 */
export const wordKinds = [
  'test',
  'unacknowledged',
  'acknowledged',
  'update',
  'unknown',
  'resolved',
  'firing',
  'ignored',
] as const;
export type WordKind = (typeof wordKinds)[number];

const statusSchema = z
  .strictObject({
    path: sourcesSchema,
    firing: wordsSchema.optional(),
    resolved: wordsSchema.optional(),
    acknowledged: wordsSchema.optional(),
    unacknowledged: wordsSchema.optional(),
    update: wordsSchema.optional(),
    unknown: wordsSchema.optional(),
    ignored: wordsSchema.optional(),
    test: wordsSchema.optional(),
    /** What it means that there is no word at all. */
    none: z.enum(wordKinds).optional(),
  })
  .refine(
    (status) => wordKinds.some((kind) => status[kind] !== undefined),
    'must list the words of at least one state',
  );

/**
 * Where the fields of an alert stand in a body that no format knows. Paths lead from an item, where `items` names a
 * list, and from the whole body where the item has nothing at that path.
 */
export const mappingSchema = z
  .strictObject({
    /** The fields of a sender that is known; what stands beside it takes the place of the preset's own. */
    preset: z.enum(presetProviders).optional(),
    items: sourceSchema.refine((path) => !isTemplate(path), 'must be a dot-path').optional(),
    title: sourcesSchema.optional(),
    message: sourcesSchema.optional(),
    /**
     * `values`: the sender's words, in any case, and ours. A word that is not there is looked up in the common table.
     */
    severity: z
      .strictObject({
        path: sourcesSchema,
        values: z
          .record(wordSchema, severitySchema)
          .refine((values) => Object.keys(values).length <= MAX_VALUES, `must be at most ${MAX_VALUES} words`)
          .optional(),
      })
      .optional(),
    /** Words in any case, with `*` for any text. With `firing`, a word in no list is refused; without, it is firing. */
    status: statusSchema.optional(),
    /** Without it the alert is told by title, service and environment. */
    fingerprint: sourcesSchema.optional(),
    externalId: sourcesSchema.optional(),
    service: sourcesSchema.optional(),
    environment: sourcesSchema.optional(),
    /** When the incident began, and when what is told happened. */
    startsAt: sourcesSchema.optional(),
    occurredAt: sourcesSchema.optional(),
    links: namedSourcesSchema.optional(),
    labels: namedSourcesSchema.optional(),
    /** An item without it is none of ours: it is left out. */
    ignoreWithout: sourcesSchema.optional(),
  })
  .refine(({ preset, title }) => preset !== undefined || title !== undefined, {
    message: 'is required, unless there is a preset',
    path: ['title'],
  });
export type Mapping = z.infer<typeof mappingSchema>;
