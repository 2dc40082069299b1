import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { manage } from '../../../functions/api/manage/manage.ts';
import { relay } from '../../../infra/commands/relay.ts';
import { replayText } from '../../../infra/commands/replay.ts';
import { sampleAlert } from '../../support/fakes/alert-samples.ts';
import { fakeManagement, fullAccess, sampleRelay } from '../../support/fakes/management.ts';

const createdAt = '2027-03-01T09:00:00.000Z';
const alerts = [
  sampleAlert({ createdAt, routedAt: createdAt }),
  sampleAlert({ id: 'alr_2', severity: 'low', createdAt, routedAt: createdAt }),
];
const agent = { agentType: 'opencode', integrationId: 'int_1', endpoint: 'https://opencode.internal.corp:4096' };
const draft = (match: object) => ({ name: 'Draft', ruleType: 'agent', config: { ...agent, config: { match } } });
const urgent = draft({ severity: { atLeast: 'high' } });

/** The API itself over ports in memory, with a relay `rly_1`. */
async function startApi() {
  const management = fakeManagement({ alerts });
  const api = manage(management.routes);
  const server = createServer(async (request, response) => {
    const { method = '', url = '/' } = request;
    const { pathname: path, search: query } = new URL(url, 'http://localhost');
    const answer = await api({
      method,
      path,
      query: query.slice(1),
      body: await text(request),
      caller: 'ci',
      access: fullAccess,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return { url: `http://127.0.0.1:${address.port}/v0`, relays: management.relays };
}

type Ran = Awaited<ReturnType<typeof relay>>;

/** A file that says `content`, where it says anything, and the command on it. */
async function commandOn(content: string | undefined, args: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'rule.json');
  if (content !== undefined) await writeFile(file, content);
  return ['replay', '--rule', file, ...args];
}

const environmentOf = (url: string) => ({ API_URL: url, API_TOKEN: 'ci-token' });

/** The command, over the wire; `content` goes into its rule file. */
async function run(url: string, content: string | undefined, ...args: string[]): Promise<Ran> {
  const wait = () => Promise.reject(new Error('It waits for nothing'));
  return relay(await commandOn(content, args), { environment: environmentOf(url), now: new Date(), fetch, wait });
}

/** The program that `npm run replay` starts. */
async function runProgram(url: string, content: string, ...args: string[]) {
  const command = ['infra/commands/main.ts', ...(await commandOn(content, args))];
  return promisify(execFile)(process.execPath, command, { env: { ...process.env, ...environmentOf(url) } });
}

describe('npm run replay', () => {
  test('prints what the draft would have done', async () => {
    const { url } = await startApi();
    const { stdout, stderr } = await runProgram(url, JSON.stringify(urgent), '--since', '12h');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      '2 alerts of rly_1, from 2027-03-01T00:00:00.000Z to 2027-03-01T12:00:00.000Z',
      '',
      'would have started  1',
      'held                0: 0 released, 0 in storms, 0 suppressed after it',
      'storms              0, with 0 alerts',
      'suppressed          1',
      expect.stringMatching(/^ {2}not_matched +1$/),
      'estimated cost      unknown: no past session of the relay has a known cost',
      '',
    ]);
  });

  test('asks for the relay where there are several', async () => {
    const { url, relays } = await startApi();
    relays.relays.set('rly_2', sampleRelay({ id: 'rly_2', name: 'Search' }));
    const { code, stderr } = await run(url, JSON.stringify(urgent));
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--relay ID .*\n {2}rly_1 {2}Checkout\n {2}rly_2 {2}Search\n/),
    ]);
    expect(await run(url, JSON.stringify(urgent), '--relay', 'rly_2')).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^0 alerts of rly_2/) },
    });
  });

  const bad: [what: string, content: string | undefined, args: string[], says: string | RegExp][] = [
    ['no file', undefined, [], 'cannot be read (ENOENT'],
    ['a file that is no JSON', '{"name":', [], 'is no JSON'],
    ['an unknown option', '{}', ['--relays', 'x'], '--relays'],
    ['a span that is none', JSON.stringify(urgent), ['--since', 'yesterday'], 'since must be a span such as "7d"'],
    ['an unknown relay', JSON.stringify(urgent), ['--relay', 'rly_9'], 'There is no such relay.'],
    [
      'a misspelt field',
      JSON.stringify(draft({ field: 'enviroment', equals: 'prod' })),
      [],
      /rule\.config\.config\.match\.field must be title, .* Did you mean environment\?/,
    ],
  ];
  test.each(bad)('ends with 2 for %s', async (_, content, args, says) => {
    const { url } = await startApi();
    const { code, stdout, stderr } = await run(url, content, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });

  test('ends with 1 where the API is not there', async () => {
    const { code, stderr } = await run('http://127.0.0.1:1/v0', JSON.stringify(urgent));
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not answer')]);
  });
});

describe('the text of a replay', () => {
  const nothing = { alerts: 0, released: 0, inStorms: 0, suppressed: 0 };
  const replay = {
    ...{ relayId: 'rly_1', from: 'then', until: 'now', alerts: 9, wouldStart: 0, wouldCall: 0 },
    ...{ held: nothing, storms: { count: 0, sessions: 0, alerts: 0 }, suppressed: {} },
    ...{ estimatedCostUsd: null, pastSessions: 0, leftOut: null, byEntry: {}, catalogueVersion: null },
  };
  const cost = { low: 0.5, median: 1, high: 2.25 };

  test.each([
    ['nothing would start: nothing to pay', {}, '$0.00'],
    ['no cost is known', { wouldStart: 2 }, 'unknown: no past session of the relay has a known cost'],
    [
      'one past session',
      { wouldStart: 2, estimatedCostUsd: cost, pastSessions: 1 },
      '$1.00 ($0.50 to $2.25), from 1 past session of the relay',
    ],
  ])('%s', (_, changes, says) => {
    expect(replayText({ ...replay, ...changes })).toContain(`estimated cost      ${says}\n`);
  });

  test('of a draft that asks the catalogue says where it would have sent them, most first', () => {
    const text = replayText({ ...replay, wouldStart: 3, byEntry: { search: 1, checkout: 2 }, catalogueVersion: 4 });
    expect(text).toMatch(/by catalogue {8}version 4\n {2}checkout +2\n {2}search +1\n/);
    expect(replayText({ ...replay, catalogueVersion: 4 })).toContain('by catalogue        version 4\nheld');
  });
});
