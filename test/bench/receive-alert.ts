import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';
import { type Bundle, forLambda } from '../../infra/bundle.ts';
import type { BenchScheme } from './schemes.ts';
import { compared } from './statistics.ts';
import { startStub } from './stub.ts';

/**
 * Fresh processes of each side, in turn: for the cold start, and for the warm delivery with its number of deliveries.
 */
const COLD_PROCESSES = 9;
const [WARM_PROCESSES, WARM_DELIVERIES] = [3, 1_200];

const measuredSchema = z.object({
  importMs: z.number(),
  firstMs: z.number(),
  coldCpuMs: z.number(),
  warmMs: z.number(),
  warmCpuMs: z.number(),
});
export type Measured = z.infer<typeof measuredSchema>;
const probe = fileURLToPath(new URL('probe.ts', import.meta.url));

/**
 * `receive-alert` as bundled, against the stack that everyone writes (`reference/`), bundled as esbuild does by itself.
 * Both talk to one stub on loopback that answers at once, and CPU time is what counts: it is what Lambda charges, and a
 * busy machine changes it little.
 */
export async function benchReceiveAlert({ folder, bytes }: Bundle): Promise<void> {
  const stub = await startStub();
  const reference = await bundleReference();
  console.log(`\nreceive-alert ${kilobytes(bytes)} KB, reference ${kilobytes(reference.bytes)} KB`);
  try {
    for (const alerts of [1, 4]) {
      const compare = async (what: string, figure: keyof Measured, processes: number, rounds: number) => {
        const [ours, theirs]: [number[], number[]] = [[], []];
        for (let process = 0; process < processes; process++) {
          ours.push((await measure(folder, stub.url, { alerts, rounds }))[figure]);
          theirs.push((await measure(reference.folder, stub.url, { alerts, rounds }))[figure]);
        }
        console.log(compared(`${what}, ${alerts} alerts`, ours, theirs, 'ms'));
      };
      await compare('CPU of import and first delivery', 'coldCpuMs', COLD_PROCESSES, 1);
      await compare('CPU of a warm delivery', 'warmCpuMs', WARM_PROCESSES, WARM_DELIVERIES);
    }
  } finally {
    await stub.close();
    await rm(reference.folder, { recursive: true });
  }
}

async function bundleReference(): Promise<{ folder: string; bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'opencode-relay-bench-'));
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('reference/handler.ts', import.meta.url))],
    outfile: join(folder, 'index.mjs'),
    ...forLambda,
  });
  const [code] = outputFiles;
  if (!code) throw new Error('esbuild made no bundle of the reference');
  await writeFile(code.path, code.contents);
  return { folder, bytes: code.contents.length };
}

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(0);

interface Run {
  alerts: number;
  /** How the deliveries are signed. */
  scheme?: BenchScheme;
  /** Of warm deliveries. */
  rounds: number;
}

/** One fresh process: what `probe.ts` has measured. */
export async function measure(
  folder: string,
  url: string,
  { alerts, scheme = 'none', rounds }: Run,
): Promise<Measured> {
  const child = spawn(process.execPath, [probe, join(folder, 'index.mjs'), String(alerts), scheme, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: url,
      TABLE_NAME: 'relay',
      SECRET_PREFIX: 'relay',
      DELIVERY_QUEUE_URL: `${url}/000000000000/deliveries`,
      HOOK_RATE_PER_SECOND: '1000000',
      FRONT_HEADER: '',
      FRONT_SECRET_ARN: '',
    },
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  // What the function counts stands before it.
  return measuredSchema.parse(JSON.parse(printed.trimEnd().split('\n').at(-1) ?? ''));
}
