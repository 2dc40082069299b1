import * as z from 'zod/mini';
import { presetProviders, severitySchema } from '../../contract/alert.ts';

const MAX_VALUES = 50;
const MAX_SOURCES = 10;

/** Names and list positions, joined by dots: `event.data.id`, `alerts.0.labels.pod`. */
const DOT_PATH = /^[^.]+(\.[^.]+)*$/;

/** A text in which `{{path}}` stands for what is found there. */
export const isTemplate = (source: string): boolean => source.includes('{{');

const sourceSchema = z.string('must be a dot-path').check(
  z.minLength(1, 'must not be empty'),
  z.maxLength(255, 'must be at most 255 characters'),
  z.refine(
    (source) => isTemplate(source) || DOT_PATH.test(source),
    'must be names joined by single dots, such as "event.data.id", or a text with {{event.data.id}} in it',
  ),
  z.refine(
    (source) => !isTemplate(source) || /^([^{}]|\{\{[^{}]+\}\})*$/.test(source),
    'must close each "{{" with "}}", and name a path between them',
  ),
);

/**
 * Where a field is found: a path or a text with paths in it, or several of them, of which the first that is there
 * counts.
 */
const sourcesSchema = z.union([sourceSchema, z.array(sourceSchema).check(z.minLength(1), z.maxLength(MAX_SOURCES))]);
export type Sources = z.infer<typeof sourcesSchema>;

const namedSourcesSchema = z
  .record(z.string().check(z.minLength(1), z.maxLength(255)), sourcesSchema)
  .check(z.refine((named) => Object.keys(named).length <= MAX_VALUES, `must be at most ${MAX_VALUES} names`));

const wordSchema = z
  .string('must be text')
  .check(z.trim(), z.minLength(1, 'must not be empty'), z.maxLength(255), z.toLowerCase());
const wordsSchema = z.union([wordSchema, z.array(wordSchema).check(z.minLength(1), z.maxLength(MAX_VALUES))]);

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
    firing: z.optional(wordsSchema),
    resolved: z.optional(wordsSchema),
    acknowledged: z.optional(wordsSchema),
    unacknowledged: z.optional(wordsSchema),
    update: z.optional(wordsSchema),
    unknown: z.optional(wordsSchema),
    ignored: z.optional(wordsSchema),
    test: z.optional(wordsSchema),
    /** What it means that there is no word at all. */
    none: z.optional(z.enum(wordKinds)),
  })
  .check(
    z.refine(
      (status) => wordKinds.some((kind) => status[kind] !== undefined),
      'must list the words of at least one state',
    ),
  );

/**
 * Where the fields of an alert stand in a body that no format knows. Paths lead from an item, where `items` names a
 * list, and from the whole body where the item has nothing at that path.
 */
export const mappingSchema = z
  .strictObject({
    /** The fields of a sender that is known; what stands beside it takes the place of the preset's own. */
    preset: z.optional(z.enum(presetProviders)),
    items: z.optional(sourceSchema.check(z.refine((path) => !isTemplate(path), 'must be a dot-path'))),
    title: z.optional(sourcesSchema),
    message: z.optional(sourcesSchema),
    /**
     * `values`: the sender's words, in any case, and ours. A word that is not there is looked up in the common table.
     */
    severity: z.optional(
      z.strictObject({
        path: sourcesSchema,
        values: z.optional(
          z
            .record(wordSchema, severitySchema)
            .check(
              z.refine((values) => Object.keys(values).length <= MAX_VALUES, `must be at most ${MAX_VALUES} words`),
            ),
        ),
      }),
    ),
    /** Words in any case, with `*` for any text. With `firing`, a word in no list is refused; without, it is firing. */
    status: z.optional(statusSchema),
    /** Without it the alert is told by title, service and environment. */
    fingerprint: z.optional(sourcesSchema),
    externalId: z.optional(sourcesSchema),
    service: z.optional(sourcesSchema),
    environment: z.optional(sourcesSchema),
    /** When the incident began, and when what is told happened. */
    startsAt: z.optional(sourcesSchema),
    occurredAt: z.optional(sourcesSchema),
    links: z.optional(namedSourcesSchema),
    labels: z.optional(namedSourcesSchema),
    /** An item without it is none of ours: it is left out. */
    ignoreWithout: z.optional(sourcesSchema),
  })
  .check(
    z.refine(({ preset, title }) => preset !== undefined || title !== undefined, {
      message: 'is required, unless there is a preset',
      path: ['title'],
    }),
  );
export type Mapping = z.infer<typeof mappingSchema>;
