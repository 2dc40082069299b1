import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';
import { z } from 'zod';
import { digestOf } from './digest.ts';
import { type FunctionName, functionSpecs } from './functions.ts';
import { leanPackages, withoutJsonSchema } from './lean-packages.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
/** Outside `cdk.out`, and always the same place: source maps name their sources relative to it. */
const outputRoot = join(projectRoot, 'node_modules/.cache/opencode-relay/bundles');

export const functionNames = Object.keys(functionSpecs) as FunctionName[];

const bundleSchema = z.strictObject({
  /** Holds `index.mjs` and its source map. */
  folder: z.string(),
  /** Of the code alone. */
  bytes: z.number(),
  /** What the code imports when it runs: nothing, if nothing went wrong. */
  imports: z.array(z.string()),
});
export type Bundle = z.infer<typeof bundleSchema>;
export type Bundles = Record<FunctionName, Bundle>;

/** What stands beside the bundles: what they were made from. Absent while they are being written. */
const stampFile = join(outputRoot, 'stamp.json');
const stampSchema = z.object({ digest: z.string(), bundles: z.record(z.enum(functionNames), bundleSchema) });

/** The bundles that are there, if they were made from just these sources and packages; else makes them. */
export async function reuseOrBundle(): Promise<{ bundles: Bundles; reused: boolean }> {
  // None, or one of other functions.
  const stamp = await readFile(stampFile, 'utf8')
    .then((text) => stampSchema.parse(JSON.parse(text)))
    .catch(() => undefined);
  if (stamp?.digest === currentDigest()) return { bundles: stamp.bundles, reused: true };
  return { bundles: await bundleFunctions(), reused: false };
}

const currentDigest = () =>
  digestOf(
    [
      'functions/**/*.ts',
      'infra/bundle.ts',
      'infra/functions.ts',
      'infra/lean-packages.ts',
      'package-lock.json',
      'tsconfig.json',
    ],
    [outputRoot],
  );

/** How code for Lambda's Node is bundled. */
export const forLambda = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ESM first: half the size of the CommonJS builds of the AWS SDK.
  mainFields: ['module', 'main'],
  write: false,
} satisfies BuildOptions;

/** The function that translates its schemas into JSON Schema: the API's document of itself. */
const describesItself: FunctionName = 'manage';

/**
 * Bundles all functions in two passes of esbuild: a process per function, which is what CDK's own bundling starts,
 * takes most of the time of a synth and of a local start.
 */
export async function bundleFunctions(): Promise<Bundles> {
  const digest = currentDigest();
  const others = functionNames.filter((name) => name !== describesItself);
  const passes = await Promise.all([
    pass([describesItself], leanPackages),
    pass(others, [...leanPackages, withoutJsonSchema]),
  ]);
  const outputFiles = passes.flatMap((each) => each.outputFiles);
  const outputs = passes.flatMap(({ metafile }) => Object.entries(metafile.outputs));
  await rm(stampFile, { force: true });
  await Promise.all(outputFiles.map(writeIfChanged));
  const bundle = (name: FunctionName): [FunctionName, Bundle] => {
    const file = join(name, 'index.mjs');
    const code = outputFiles.find(({ path }) => path.endsWith(file));
    const output = outputs.find(([path]) => path.endsWith(file))?.[1];
    if (!code || !output) throw new Error(`esbuild made no bundle of ${name}`);
    const imports = output.imports.filter(({ external }) => external).map(({ path }) => path);
    return [name, { folder: dirname(code.path), bytes: code.contents.length, imports }];
  };
  const bundles = Object.fromEntries(functionNames.map(bundle)) as Bundles;
  await writeIfChanged({ path: stampFile, contents: Buffer.from(JSON.stringify({ digest, bundles })) });
  return bundles;
}

const pass = (names: FunctionName[], plugins: Plugin[]) =>
  build({
    entryPoints: names.map((name) => ({
      in: join(projectRoot, `functions/${functionSpecs[name].room}/${name}/handler.ts`),
      out: `${name}/index`,
    })),
    outdir: outputRoot,
    outExtension: { '.js': '.mjs' },
    ...forLambda,
    sourcemap: 'linked',
    sourcesContent: false,
    plugins,
    metafile: true,
    logLevel: 'error',
  });

/** Whole or not at all, so that two synths at the same time never read half a file. */
async function writeIfChanged({ path, contents }: Pick<OutputFile, 'path' | 'contents'>): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
