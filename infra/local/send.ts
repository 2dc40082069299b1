import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BeepsClient } from '@beepsdev/sdk';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { sampleRelayName } from './sample.ts';
import { parseSendOptions, type SendOptions, sendUsage } from './send/options.ts';
import { allTaken, postAll, requestsOf } from './send/send.ts';

const outputsSchema = z.object({ ApiUrl: z.string(), ApiToken: z.string(), HooksUrl: z.string() });

async function main(options: SendOptions): Promise<void> {
  const now = new Date();
  const requests = requestsOf(options, now);
  const url = options.url ?? (options.dryRun ? '<hook>' : await sampleHook(options.dataDirectory));
  if (options.dryRun) {
    const [request] = requests;
    const headers = Object.entries(request?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
    console.log([`POST ${url}`, ...headers, '', request?.body].join('\n'));
    return;
  }
  const answers = await postAll(url, requests);
  const counts = [...answers.counts].map(([status, count]) => `${count} × ${status}`).join(', ');
  console.log(
    `${options.provider}, ${options.status}: ${counts} in ${Date.now() - now.getTime()} ms\n${answers.first}`,
  );
  console.log(
    `\nThe same ${options.storm > 1 ? 'incidents' : 'incident'} again: --key ${options.key}${again(options)}`,
  );
  process.exitCode = allTaken(answers) ? 0 : 1;
}

const again = ({ storm }: SendOptions): string => (storm > 1 ? ` --storm ${storm}` : '');

/** Of the relay that `npm start` makes. */
async function sampleHook(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'outputs.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`There is no ${file}: run npm start first, or give --url`);
  });
  const { ApiUrl, ApiToken, HooksUrl } = outputsSchema.parse(JSON.parse(text));
  const client = new BeepsClient({ accessToken: ApiToken, baseURL: ApiUrl });
  const relay = (await client.relay.list()).find(({ name }) => name === sampleRelayName);
  const [webhook] = relay ? await client.webhook.listByRelay(relay.id) : [];
  if (!webhook)
    throw new UsageError('The local stack has no sample relay: run npm start, which makes it, or give --url');
  return `${HooksUrl}/${webhook.webhookKey}`;
}

try {
  const options = parseSendOptions(process.argv.slice(2), process.env, new Date());
  if (options.help) console.log(sendUsage);
  else await main(options);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${sendUsage}` : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
