import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { prepareSample } from '../../infra/local/sample.ts';

/**
 * `npm run bench:load`: the local stack in a process of its own, as `npm start` runs it, under load. Prints how a burst
 * was answered, how long a storm takes, and how much memory the process holds after half of the alerts and after all of
 * them.
 */

const { values } = parseArgs({
  options: {
    burst: { type: 'string', default: '500' },
    storm: { type: 'string', default: '200' },
    alerts: { type: 'string', default: '10000' },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const UP_MS = 120_000;
/** As a sender with a few connections; the burst opens one per post. */
const AT_ONCE = 20;
/** The stack is quiet when this long no alert waits for its routing. */
const QUIET_MS = 5_000;

const outputsSchema = z
  .object({
    ApiUrl: z.string(),
    HooksUrl: z.string(),
    ApiToken: z.string(),
    AwsEndpointUrl: z.string(),
    OpenCodeUrl: z.string(),
    OpenCodeUsername: z.string(),
    OpenCodePassword: z.string(),
    ConsoleUrl: z.string(),
  })
  .catchall(z.string());

async function startStack(data: string): Promise<ChildProcess> {
  const main = join(root, 'infra/local/main.ts');
  const child = spawn(process.execPath, [main, '--data', data, '--port', '0', '--no-sample'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return child;
}

async function outputsOf(data: string) {
  for (const end = Date.now() + UP_MS; Date.now() < end; await sleep(250)) {
    const text = await readFile(join(data, 'outputs.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return outputsSchema.parse(JSON.parse(text));
  }
  throw new Error(`The local stack was not up after ${UP_MS / 1_000} s`);
}

/** Resident memory in MB, of the process alone: the OpenCode server is another one. */
const memoryOf = (pid: number | undefined): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024);

/** The status, or the name of the error. One connection each where there is no agent. */
function post(url: string, name: string, agent?: Agent): Promise<string> {
  const body = JSON.stringify({ title: name, message: 'load', severity: 'high', source: 'bench', dedup_key: name });
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve) => {
    request(url, { method: 'POST', headers, ...(agent && { agent }) }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    })
      .on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
      .end(body);
  });
}

async function postAll(url: string, what: string, count: number, atOnce: number) {
  const counts = new Map<string, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const begin = Date.now();
  const work = async () => {
    for (const index of indexes) {
      const answer = await post(url, `${what} ${begin} ${index}`, agent);
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  agent.destroy();
  const answers = [...counts].map(([answer, times]) => `${times} × ${answer}`).join(', ');
  console.log(`${what}: ${answers} in ${((Date.now() - begin) / 1_000).toFixed(1)} s`);
}

/** Until what was accepted is routed. */
async function quiet(awsEndpoint: string): Promise<void> {
  for (let quietMs = 0; quietMs < QUIET_MS; quietMs += 500) {
    await sleep(500);
    if ((await waiting(awsEndpoint)) > 0) quietMs = 0;
  }
}

const urlsSchema = z.object({ QueueUrls: z.array(z.string()) });
const attributesSchema = z.object({ Attributes: z.record(z.string(), z.coerce.number()) });

async function waiting(endpoint: string): Promise<number> {
  const call = async (operation: string, input: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
    return (await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) })).json();
  };
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  let sum = 0;
  for (const QueueUrl of urlsSchema.parse(await call('ListQueues', {})).QueueUrls) {
    const { Attributes } = attributesSchema.parse(
      await call('GetQueueAttributes', { QueueUrl, AttributeNames: names }),
    );
    sum += Object.values(Attributes).reduce((total, count) => total + count, 0);
  }
  return sum;
}

async function measure(data: string, child: ChildProcess): Promise<void> {
  const outputs = await outputsOf(data);
  const { hookUrl } = await prepareSample(outputs, { model: undefined, directory: undefined });
  console.log(`memory at the start: ${memoryOf(child.pid)} MB`);
  await postAll(hookUrl, 'burst', Number(values.burst), Number(values.burst));
  await quiet(outputs.AwsEndpointUrl);
  await postAll(hookUrl, 'storm', Number(values.storm), AT_ONCE);
  const half = Math.floor(Number(values.alerts) / 2);
  const memory: number[] = [];
  for (const part of ['first half', 'second half']) {
    await postAll(hookUrl, part, half, AT_ONCE);
    await quiet(outputs.AwsEndpointUrl);
    memory.push(memoryOf(child.pid));
    console.log(`memory after the ${part}: ${memory.at(-1)} MB`);
  }
  const [first = 0, second = 0] = memory;
  console.log(`growth: ${(((second - first) / first) * 100).toFixed(1)} % (at most 10 %)`);
}

const data = await mkdtemp(join(tmpdir(), 'opencode-relay-load-'));
const child = await startStack(data);
const ended = once(child, 'exit');
try {
  await measure(data, child);
} finally {
  child.kill('SIGINT');
  await ended;
  await rm(data, { recursive: true, force: true });
}
