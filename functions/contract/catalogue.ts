import * as z from 'zod';

/** The entry of the catalogue that a session was started by, and what it says for whoever opens the pull request. */
export const appliedEntrySchema = z.strictObject({
  /** Of the catalogue: it stays readable under this number. */
  version: z.number().int(),
  /** Name of the entry. */
  entry: z.string(),
  /** Where in the repository the service lies. */
  folder: z.string().optional(),
  /** What the session's worktree was set to. */
  baseRef: z.string().optional(),
  repository: z.string().optional(),
  channel: z.string().optional(),
});
export type AppliedEntry = z.infer<typeof appliedEntrySchema>;
