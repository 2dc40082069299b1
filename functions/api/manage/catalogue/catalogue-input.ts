import * as z from 'zod';
import type { ApiIssue } from '../../../contract/api.ts';
import { catalogueEntriesSchema } from '../../../domain/catalogue/catalogue.ts';

/** The file, as it was got and changed: `version` says from which version on; 0: there is none yet. */
export const catalogueInput = z.strictObject({ version: z.int().min(0), entries: catalogueEntriesSchema });
export type CatalogueInput = z.output<typeof catalogueInput>;

/** The version says nothing to a check. */
export const catalogueDraft = catalogueInput.partial({ version: true });

const namedSchema = z.object({ entries: z.array(z.unknown()) });
const nameSchema = z.object({ name: z.string() });

/** Says in which entry the field is, by its name: nobody counts to the 37th of a list. */
export function inEntry(issue: ApiIssue, sent: unknown): ApiIssue {
  const [list, index] = issue.path;
  if (list !== 'entries' || typeof index !== 'number') return issue;
  const { data } = nameSchema.safeParse(namedSchema.safeParse(sent).data?.entries[index]);
  return data ? { ...issue, message: `${issue.message} (entry "${data.name.slice(0, 64)}")` } : issue;
}
