import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Condition that CDK sets on its own metadata resource, which does nothing here. */
const METADATA_CONDITION = 'CDKMetadataAvailable';

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.array(z.string()), z.string().transform((name) => [name])]).default([]),
  Condition: z.literal(METADATA_CONDITION).optional(),
  /** Names and policies of CloudFormation itself; nothing is ever deleted or replaced here. */
  Metadata: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
});

/** Closed: a section that is not named below, e.g. Mappings, would change what the template means. */
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  /** What `npm run deploy` compares with; it makes nothing. */
  Metadata: z.unknown().optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({ Value: z.unknown(), Description: z.string().optional(), Export: z.unknown().optional() }),
    )
    .default({}),
  /** CDK's check that the account is bootstrapped, which this machine need not be. */
  Parameters: z.strictObject({ BootstrapVersion: z.unknown().optional() }).optional(),
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown().optional() }).optional(),
  Conditions: z.strictObject({ [METADATA_CONDITION]: z.unknown().optional() }).optional(),
});
export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({ type: z.string(), properties: z.unknown(), displayName: z.string().optional() }),
  ),
});
const stackPropertiesSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() });
const assetPropertiesSchema = z.object({ file: z.string() });
const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['file', 'zip']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** The one stack of a synthesized app. */
export interface CloudAssembly {
  stackName: string;
  template: Template;
  /** Folder of the asset that a deployment would upload under this key. Throws if there is none. */
  assetFolder(objectKey: string): string;
}

/** Reads the folder that a synth wrote. Throws where it holds anything that does not run here. */
export async function readCloudAssembly(folder: string): Promise<CloudAssembly> {
  const { artifacts } = await readJson(join(folder, 'manifest.json'), manifestSchema);
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack, ...others] = stacks;
  if (!stack || others.length > 0) throw new Error(`One stack was expected in ${folder}, not ${stacks.length}`);
  const [artifactId, { properties }] = stack;
  const { templateFile, stackName = artifactId } = stackPropertiesSchema.parse(properties);
  const folders = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files } = await readJson(join(folder, assetPropertiesSchema.parse(properties).file), assetsSchema);
    for (const { source, destinations } of Object.values(files)) {
      if (source.packaging !== 'zip') continue;
      for (const { objectKey } of Object.values(destinations)) folders.set(objectKey, join(folder, source.path));
    }
  }
  return {
    stackName,
    template: await readJson(join(folder, templateFile), templateSchema),
    assetFolder(objectKey) {
      const assetFolder = folders.get(objectKey);
      if (assetFolder === undefined) throw new Error(`The assembly has no folder for the asset ${objectKey}`);
      return assetFolder;
    },
  };
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} holds what is not known here. ${z.prettifyError(parsed.error)}`);
}
