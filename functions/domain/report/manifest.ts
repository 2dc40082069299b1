import * as z from 'zod';

const paths = z.array(z.string()).default([]);
const reasoned = z.array(z.object({ path: z.string(), why: z.string() })).default([]);

/** The part of a manifest that a page shows. One that an earlier release wrote may lack some of it. */
export const shownManifestSchema = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        status: z.enum(['added', 'deleted', 'modified']),
        additions: z.number(),
        deletions: z.number(),
      }),
    )
    .default([]),
  flags: z.array(z.object({ path: z.string(), why: z.array(z.string()) })).default([]),
  secrets: z.array(z.object({ path: z.string(), kinds: z.array(z.string()), withheld: z.boolean() })).default([]),
  answerSecrets: z.array(z.string()).default([]),
  withheld: paths,
  refused: reasoned,
  skipped: paths,
  ignored: paths,
  unrecorded: paths,
  unread: paths,
  notes: paths,
  patchCheck: z.string().nullish(),
  gitFolder: z.object({ changed: paths, branches: paths }).nullish(),
});
export type ShownManifest = z.infer<typeof shownManifestSchema>;
