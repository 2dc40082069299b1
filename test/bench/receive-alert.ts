import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { compared } from './statistics.ts';
import { type BenchScheme, startStub } from './stub.ts';

/** Fresh processes of each side, in turn. */
const COLD_ROUNDS = 15;
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
 * `receive-alert` as bundled, against the floor: a function that makes the same three exchanges by bare `node:http`,
 * unsigned and unchecked. Both talk to one stub on loopback that answers at once.
 */
export async function benchReceiveAlert(folder: string): Promise<void> {
  const stub = await startStub();
  const floorFolder = await mkdtemp(join(tmpdir(), 'opencode-relay-bench-'));
  await writeFile(join(floorFolder, 'index.mjs'), floor);
  try {
    for (const alerts of [1, 4, 400]) {
      const ours: Measured[] = [];
      const bare: Measured[] = [];
      for (let round = 0; round < COLD_ROUNDS; round++) {
        ours.push(await measure(folder, stub.url, alerts));
        bare.push(await measure(floorFolder, stub.url, alerts));
      }
      const of = (runs: Measured[], figure: keyof Measured) => runs.map((run) => run[figure]);
      const line = (what: string, figure: keyof Measured) =>
        console.log(compared(`${what}, ${alerts} alerts`, of(ours, figure), of(bare, figure), 'ms'));
      console.log('\nreceive-alert against bare exchanges');
      line('import', 'importMs');
      line('first delivery', 'firstMs');
      line('CPU of import and first delivery', 'coldCpuMs');
      line('warm delivery', 'warmMs');
      line('CPU of a warm delivery', 'warmCpuMs');
    }
  } finally {
    await stub.close();
    await rm(floorFolder, { recursive: true });
  }
}

/** One fresh process: what `probe.ts` has measured. `scheme`: how the deliveries are signed. */
export async function measure(
  folder: string,
  url: string,
  alerts: number,
  scheme: BenchScheme = 'none',
): Promise<Measured> {
  const child = spawn(process.execPath, [probe, join(folder, 'index.mjs'), String(alerts), scheme], {
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
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    },
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return measuredSchema.parse(JSON.parse(printed));
}

const floor = `
const http = process.getBuiltinModule('node:http');
const post = (target, body) => new Promise((resolve, reject) => {
  const request = http.request(process.env.AWS_ENDPOINT_URL, { method: 'POST', agent, headers: { 'x-amz-target': target } }, (response) => {
    response.resume().on('end', resolve);
  });
  request.on('error', reject).end(body);
});
const agent = new http.Agent({ keepAlive: true });
export const handler = async (event) => {
  await post('DynamoDB_20120810.GetItem', '{}');
  await post('DynamoDB_20120810.GetItem', '{}');
  await post('AmazonSQS.SendMessage', event.body);
  return { statusCode: 202 };
};
`;
