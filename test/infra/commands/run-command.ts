import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LocalOutputs } from '../../../infra/commands/local-outputs.ts';
import { relay } from '../../../infra/commands/relay.ts';

export const now = new Date('2027-03-01T12:00:00.000Z');
const environment = { API_URL: 'https://api.example.com/v0', API_TOKEN: 'the-token' };

/**
 * Answers each request with the next one of the answers that its route has; a route without answers is not expected.
 */
function fakeFetch(answers: Record<string, object[]>) {
  const asked: [route: string, body: unknown][] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const route = `${init?.method ?? 'GET'} ${pathname.replace('/v0', '')}${search}`;
    asked.push([route, init?.body === undefined ? undefined : JSON.parse(String(init.body))]);
    const answer = answers[route]?.shift();
    if (!answer) throw new Error(`${route} was not expected`);
    return answer instanceof Response ? answer : Response.json(answer);
  };
  return { fetch, asked };
}

/**
 * A command on an API that gives these answers. `asked` are the requests that came of it, `waited` the pauses between
 * them.
 */
export async function runOn(
  answers: Record<string, object[]>,
  args: string[],
  given: Record<string, string> = environment,
) {
  const { fetch, asked } = fakeFetch(answers);
  const waited: number[] = [];
  const wait = async (ms: number) => void waited.push(ms);
  return { ...(await relay(args, { environment: given, now, fetch, wait })), asked, waited };
}

/** A command that comes to no request. */
export const run = (args: string[], given: Record<string, string> = environment) => runOn({}, args, given);

/** A folder with what the local stack says of itself. */
export async function folderWith(outputs: Partial<LocalOutputs>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const all: LocalOutputs = {
    ApiUrl: 'http://127.0.0.1:4000/v0',
    ApiToken: 'local-token',
    HooksUrl: 'http://127.0.0.1:4000/hooks',
    AwsEndpointUrl: 'http://127.0.0.1:4001',
    ApiTokenSecretArn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:ApiTokens-abc',
    OpenCodePassword: 'server-password',
    ...outputs,
  };
  await writeFile(join(folder, 'outputs.json'), JSON.stringify(all));
  return folder;
}
