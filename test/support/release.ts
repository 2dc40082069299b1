import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './source-files.ts';
import { type Template, templateSchema } from './template.ts';

export const releaseFolder = join(projectRoot, 'test/release');

const crossingSchema = z.object({ function: z.string(), input: z.unknown(), output: z.unknown() });
const payloadsSchema = z.object({
  /** What executions were started with, by the construct of their machine. */
  executions: z.object({
    Sessions: z.array(z.unknown()),
    RelayRuns: z.array(z.unknown()),
    Storms: z.array(z.unknown()),
  }),
  /** What crossed the border between workflows and functions. */
  crossings: z.array(crossingSchema),
});
export type ReleasePayloads = z.infer<typeof payloadsSchema>;

/** The last release as it was recorded: its template, and what its executions carry. */
export const releasedTemplate = (): Template => templateSchema.parse(read('template.json'));
export const releasedPayloads = (): ReleasePayloads => payloadsSchema.parse(read('payloads.json'));

const read = (name: string): unknown => JSON.parse(readFileSync(join(releaseFolder, name), 'utf8'));
