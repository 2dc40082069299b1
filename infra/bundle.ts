import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { z } from 'zod';
import { digestOf } from './digest.ts';
import { type FunctionName, functionSpecs } from './functions.ts';
import { leanPackages, withoutJsonSchema } from './lean-packages.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
/** Outside `cdk.out`, and always the same place: source maps name their sources relative to it. */
const outputRoot = join(projectRoot, 'node_modules/.cache/opencode-relay/bundles');

export const functionNames = Object.keys(functionSpecs) as FunctionName[];

const bundleSchema = z.strictObject({
  /** Holds `index.mjs`, what it loads later, and the source maps. */
  folder: z.string(),
  /** Its code that is loaded at the start. */
  files: z.array(z.string()),
  /** Of these. */
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
/** Functions with an `import()`: what it names is a file of its own beside the bundle, and so is what both share. */
const loadLater: readonly FunctionName[] = ['manage', 'receive-alert'];

/**
 * Bundles all functions in three passes of esbuild: a process per function, which is what CDK's own bundling starts,
 * takes most of the time of a synth and of a local start.
 */
export async function bundleFunctions(): Promise<Bundles> {
  const digest = currentDigest();
  const others = functionNames.filter((name) => !loadLater.includes(name));
  const passes = await Promise.all([pass(others), ...loadLater.map((name) => pass([name]))]);
  const outputs = new Map(passes.flatMap(({ metafile }) => Object.entries(metafile.outputs)).map(fromRoot));
  const loaded = new Set(
    functionNames.flatMap((name) => filesOf(name, outputs, ['import-statement', 'dynamic-import'])),
  );
  // Of what packages would load later in a browser esbuild makes files that nothing names.
  const outputFiles = passes
    .flatMap((each) => each.outputFiles)
    .filter(({ path }) => loaded.has(path.replace(/\.map$/, '')));
  await rm(stampFile, { force: true });
  await Promise.all(outputFiles.map(writeIfChanged));
  const bundle = (name: FunctionName): [FunctionName, Bundle] => {
    const files = filesOf(name, outputs, ['import-statement']);
    const bytes = files.reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? Number.NaN), 0);
    const all = filesOf(name, outputs, ['import-statement', 'dynamic-import']);
    const imports = all.flatMap((file) => outputs.get(file)?.imports.filter(({ external }) => external) ?? []);
    return [name, { folder: join(outputRoot, name), files, bytes, imports: imports.map(({ path }) => path) }];
  };
  const bundles = Object.fromEntries(functionNames.map(bundle)) as Bundles;
  await removeOthers(new Set([...outputFiles.map(({ path }) => path), stampFile]));
  await writeIfChanged({ path: stampFile, contents: Buffer.from(JSON.stringify({ digest, bundles })) });
  return bundles;
}

/** esbuild names its outputs relative to where it runs. */
const fromRoot = ([path, output]: [string, Output]): [string, Output] => [resolve(path), output];

type Output = Metafile['outputs'][string];

/** The files that a function's own imports, and those that these do, by the ways that are named. */
function filesOf(
  name: FunctionName,
  outputs: Map<string, Output>,
  kinds: Output['imports'][number]['kind'][],
): string[] {
  const found = new Set([join(outputRoot, name, 'index.mjs')]);
  for (const file of found) {
    const imports = outputs.get(file)?.imports ?? [];
    for (const { path, kind, external } of imports) if (!external && kinds.includes(kind)) found.add(resolve(path));
  }
  return [...found];
}

const pass = (names: FunctionName[]) => {
  const [only] = names.length === 1 ? names : [];
  return build({
    entryPoints: names.map((name) => ({
      in: join(projectRoot, `functions/${functionSpecs[name].room}/${name}/handler.ts`),
      out: `${name}/index`,
    })),
    outdir: outputRoot,
    outExtension: { '.js': '.mjs' },
    ...forLambda,
    ...(only && { splitting: true, chunkNames: `${only}/[name]-[hash]` }),
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: only === describesItself ? leanPackages : [...leanPackages, withoutJsonSchema],
    metafile: true,
    logLevel: 'error',
  });
};

/** Files of an earlier bundle, whose names have another hash, would go into the archives. */
async function removeOthers(paths: Set<string>): Promise<void> {
  for (const entry of await readdir(outputRoot, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !paths.has(path) && !isDraft(entry.name)) await rm(path, { force: true });
  }
}

const DRAFT = '.draft';
/** Of another synth, which is writing. */
const isDraft = (name: string) => name.endsWith(DRAFT);

/** Whole or not at all, so that two synths at the same time never read half a file. */
async function writeIfChanged({ path, contents }: Pick<OutputFile, 'path' | 'contents'>): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}${DRAFT}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}
