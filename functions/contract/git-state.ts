import * as z from 'zod';

/** What the git folder that all worktrees of a repository share holds, by digests: no content of it is kept. */
export const gitStateSchema = z.strictObject({
  /** Digest by path in the folder, and by key of its configuration as `config core.fsmonitor`. */
  files: z.record(z.string(), z.string()),
  /** Commit by name of a local branch, for a report: fetches and people move them all day. */
  branches: z.record(z.string(), z.string()),
  /** False where there is more in the folder than a look reads. */
  complete: z.boolean(),
});
export type GitState = z.infer<typeof gitStateSchema>;
