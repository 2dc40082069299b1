import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReleasePayloads, releaseFolder } from './release.ts';
import { everyDoor, synthesizedTemplate } from './stack.ts';
import { type Template, templateSchema } from './template.ts';

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

const write = (name: string, text: string): void => writeFileSync(join(releaseFolder, name), text);
