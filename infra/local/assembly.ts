import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { digestOf } from '../digest.ts';
import { authoritiesIn, localContext } from './configuration.ts';
import type { Phase } from './terminal.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('synthesize.ts', import.meta.url));
const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });
const bundledSchema = z.object({ reused: z.boolean() });

/** Whatever a template or a bundle is made from; of the local stack only what makes them. */
const inputs = [
  'functions/**/*.ts',
  ...['*', 'configuration/*', 'constructs/*', 'workflow/**/*'].map((files) => `infra/${files}.ts`),
  'infra/local/synthesize.ts',
  'package-lock.json',
  'cdk.json',
];

interface SynthesizeOptions {
  /** Hosts that may be reached by http or on loopback. */
  privateHosts: string[];
  /** Of the configuration. Absent: what `cdk.json` configures for a stack is not taken either. */
  overrides?: Record<string, unknown>;
  signal?: AbortSignal;
  phase?(name: string): Phase;
}

/**
 * Synthesizes the CDK app into a folder of its own (`cdk.out` belongs to the CDK command), and returns that folder.
 * What is there is reused if it was made from the same sources, packages and context.
 */
export async function synthesize(dataDirectory: string, options: SynthesizeOptions): Promise<string> {
  const assembly = resolve(dataDirectory, 'cdk.out');
  const stampFile = join(dataDirectory, 'cdk.out.sha256');
  const { context: general } = cdkJsonSchema.parse(JSON.parse(await readFile(join(projectRoot, 'cdk.json'), 'utf8')));
  const context = localContext(general, options.privateHosts, options.overrides);
  const digest = digestOf(inputs, [context, assembly, authoritiesIn(projectRoot, context)]);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === digest) {
    options.phase?.('synthesizing').done('reused, since nothing has changed');
    return assembly;
  }
  await rm(stampFile, { force: true });
  await rm(assembly, { recursive: true, force: true });
  await mkdir(assembly, { recursive: true });
  const environment = { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' };
  await runApp(environment, options);
  await writeFile(stampFile, digest);
  return assembly;
}

/** Its process has ended when this returns or throws. */
async function runApp(environment: Record<string, string>, { signal, phase }: SynthesizeOptions): Promise<void> {
  signal?.throwIfAborted();
  const child = fork(program, {
    cwd: projectRoot,
    // No account is meant, whatever CDK's command has said of one.
    env: { ...process.env, CDK_DEFAULT_ACCOUNT: undefined, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  const bundling = phase?.('bundling');
  let synthesizing: Phase | undefined;
  child.on('message', (message) => {
    const { reused } = bundledSchema.parse(message);
    bundling?.done(reused ? 'reused, since nothing has changed' : 'all functions');
    synthesizing = phase?.('synthesizing');
  });
  try {
    const [errors, [code]] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'exit')]);
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`The CDK app does not synthesize:\n${errors.trim()}`);
    synthesizing?.done('the CDK app');
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
