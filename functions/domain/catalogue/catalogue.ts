import * as z from 'zod';
import { limits } from '../../contract/limits.ts';
import { matchSchema } from '../rule/match.ts';
import { agentConfigSchema, agentOptionsSchema } from '../rule/rule.ts';
import { jsonOf } from '../text/json-of.ts';

/** Names stand in executions, budgets and sentences. */
const namePattern = /^[A-Za-z0-9][\w.-]*$/;
/** Plain names below the root of a repository: nothing leads out of it, and nothing needs quoting. */
const folderPattern = /^[\w-][\w.@+-]*(?:\/[\w-][\w.@+-]*)*$/;
/** A branch, tag or commit, as `git check-ref-format` takes it and no shell changes it. */
const refPattern = /^(?!.*(?:\.\.|\.lock(?:\/|$)|\/\/))[A-Za-z0-9][\w.+-]*(?:\/[A-Za-z0-9_][\w.+-]*)*(?<!\.)$/;

const line = (characters: number) =>
  z
    .string()
    .min(1)
    .max(characters)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'must be on one line, without control characters');

/** What an entry may say in the place of a rule: the same fields, with the same ranges. */
const ofRule = agentConfigSchema.pick({ integrationId: true, endpoint: true, openCodeModel: true }).partial();
const ofOptions = agentOptionsSchema.pick({
  directory: true,
  agent: true,
  permissions: true,
  maxCostUsd: true,
  maxTokens: true,
  maxMessages: true,
  maxMinutes: true,
  stallMinutes: true,
  verify: true,
  verifyRetries: true,
  verifyRequired: true,
  maxChangedLines: true,
  maxChangedFiles: true,
});
/** The budget of the day of the service: beside that of the rule, not in its place. */
const ofDay = agentOptionsSchema.pick({ maxSessionsPerDay: true, maxCostUsdPerDay: true });

export const optionNames = ofOptions.keyof().options;

const catalogueEntrySchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(limits.catalogueNameCharacters)
      .regex(namePattern, 'must be letters, digits, dots, underscores and hyphens, and begin with a letter or digit'),
    /** Which alerts it is for; absent: all that no entry before it is for. */
    match: matchSchema.optional(),
    ...ofRule.shape,
    ...ofOptions.shape,
    ...ofDay.shape,
    folder: z
      .string()
      .max(limits.catalogueTextCharacters)
      .regex(folderPattern, 'must be a path of plain names below the repository, such as services/checkout')
      .optional(),
    baseRef: z
      .string()
      .max(limits.catalogueTextCharacters)
      .regex(refPattern, 'must be a branch, tag or commit, such as main or origin/release-2')
      .optional(),
    repository: line(limits.catalogueTextCharacters).optional(),
    channel: line(limits.catalogueTextCharacters).optional(),
  })
  .superRefine(({ endpoint, integrationId }, context) => {
    if ((endpoint === undefined) === (integrationId === undefined)) return;
    const [path, other] =
      endpoint === undefined ? ['integrationId', 'endpoint'] : ['endpoint', 'integrationId, whose password goes there'];
    const message = `must stand beside ${other}; or leave both out, for those of the rule`;
    context.addIssue({ code: 'custom', path: [path], message });
  })
  .meta({
    id: 'CatalogueEntry',
    description: 'What a service asks for in the place of its rule, and which alerts are its.',
  });
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/** In their order: the first that is for an alert has it. */
export const catalogueEntriesSchema = z
  .array(catalogueEntrySchema)
  .min(1)
  .max(limits.catalogueEntries)
  .superRefine((entries, context) => {
    const first = new Map<string, number>();
    for (const [index, { name }] of entries.entries()) {
      const before = first.get(name);
      if (before === undefined) first.set(name, index);
      else {
        const message = `must be the name of one entry only, and is that of entries[${before}] too`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    }
  });

/** One version of the one catalogue of a stack; it is never changed. */
export const catalogueSchema = z.strictObject({
  /** From 1; each change is the next one. */
  version: z.number().int(),
  /** JSON text, as it was checked by the code of that day. */
  entriesJson: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type Catalogue = z.infer<typeof catalogueSchema>;

type ReadEntries = { ok: true; entries: CatalogueEntry[] } | { ok: false; problem: string };

/** Of a stored version. What does not fit any more names the field, and never a value. */
export function readEntries(catalogue: Pick<Catalogue, 'version' | 'entriesJson'>): ReadEntries {
  const known = readBefore.get(catalogue);
  if (known) return known;
  const read = parseEntries(catalogue);
  readBefore.set(catalogue, read);
  return read;
}

/** None where no version is stored, or it does not fit any more: no alert is sent by it. */
export function entriesOf(catalogue: Catalogue | undefined): CatalogueEntry[] {
  const read = catalogue && readEntries(catalogue);
  return read?.ok ? read.entries : [];
}

/** A container keeps a version, and asks it for each alert. */
const readBefore = new WeakMap<object, ReadEntries>();

function parseEntries({ version, entriesJson }: Pick<Catalogue, 'version' | 'entriesJson'>): ReadEntries {
  const parsed = catalogueEntriesSchema.safeParse(jsonOf(entriesJson));
  if (parsed.success) return { ok: true, entries: parsed.data };
  const [issue] = parsed.error.issues;
  const where = ['entries', ...(issue?.path ?? [])].join('.');
  return { ok: false, problem: `catalogue version ${version}: ${where}: ${issue?.message ?? 'does not fit'}` };
}
