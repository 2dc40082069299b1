import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { parseJson } from './json.ts';

const outputsSchema = z.object({
  ApiUrl: z.string(),
  ApiToken: z.string(),
  HooksUrl: z.string(),
  AwsEndpointUrl: z.string(),
  ApiTokenSecretArn: z.string(),
  OpenCodePassword: z.string(),
});

/** What the local stack says of itself when it is up. */
export type LocalOutputs = z.infer<typeof outputsSchema>;

/** The option of each command that looks for the local stack. */
export const dataOption = {
  type: 'string',
  default: '.local',
  value: 'FOLDER',
  help: 'where the local stack keeps its outputs.json',
} as const;

/** Reads the outputs of the local stack whose data lies in `folder`. Throws UsageError where there is none. */
export async function readLocalOutputs(folder: string): Promise<LocalOutputs> {
  const file = join(folder, 'outputs.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`There is no ${file}: start the local stack (npm start), or name its folder by --data`);
  });
  const outputs = outputsSchema.safeParse(parseJson(text));
  if (outputs.success) return outputs.data;
  throw new UsageError(`${file} is of another version: start the local stack anew (npm start)`);
}

/** Any credentials do for the local stack. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Of the services behind an ARN. */
export const regionOf = (arn: string): string | undefined => /^arn:[\w-]+:[\w-]+:([\w-]+):/.exec(arn)?.[1];
