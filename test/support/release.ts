import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './source-files.ts';
import { everyDoor, synthesizedTemplate, type Template, templateSchema } from './stack.ts';

const folder = join(projectRoot, 'test/release');

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
type ReleasePayloads = z.infer<typeof payloadsSchema>;

/** The last release as it was recorded: its template, and what its executions carry. */
export const releasedTemplate = (): Template => templateSchema.parse(read('template.json'));
export const releasedPayloads = (): ReleasePayloads => payloadsSchema.parse(read('payloads.json'));

/** The template of today in the form in which a release is kept: without the digests of the code. */
export const comparableTemplate = (): Template => withoutDigests(synthesizedTemplate(everyDoor));

function withoutDigests(template: Template): Template {
  const text = JSON.stringify(template, (key, value: unknown) => (key === 'S3Key' ? 'code.zip' : value));
  return templateSchema.parse(JSON.parse(text));
}

/** Writes what is now as the last release; a resource and a payload on a line each. */
export function keepRelease(payloads: ReleasePayloads): void {
  const { Resources, ...rest } = comparableTemplate();
  const resources = Object.entries(Resources).map(([id, each]) => `${JSON.stringify(id)}:${JSON.stringify(each)}`);
  const head = JSON.stringify(rest).slice(1, -1);
  write('template.json', `{${head},"Resources":{\n${resources.join(',\n')}\n}}\n`);
  const { executions, crossings } = payloads;
  const lines = crossings.map((each) => JSON.stringify(each)).join(',\n');
  write('payloads.json', `{"executions":${JSON.stringify(executions)},"crossings":[\n${lines}\n]}\n`);
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
