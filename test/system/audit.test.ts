import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SessionFinished } from '../../functions/contract/events.ts';
import { relay } from '../../infra/commands/relay.ts';
import { folderWith } from '../infra/commands/run-command.ts';
import { eventually } from '../support/eventually.ts';
import { projectRoot } from '../support/source-files.ts';
import { type Agent, sharedAgent } from '../support/system/agent-server.ts';
import { type LogLine, logLinesOf } from '../support/system/log-lines.ts';
import { findingsOf, whatPeopleSee } from '../support/system/people-see.ts';
import { inPlace, type OwnSystem, output, startSystem } from '../support/system/system.ts';

/** One alert with canaries in every field, and what came of it. */
interface Run {
  finished: SessionFinished;
  signature: string;
  hookKey: string;
}

describe('audit', () => {
  let system: OwnSystem;
  const run: Record<string, Run> = {};

  const id = randomUUID().replaceAll('-', '').slice(0, 12);
  const secrets = [`canary-header-${id}`, `canary-signing-${id}`, `sk-ant-api03-${id}${id}${id}`] as const;
  const [headerValue, signingSecret, credential] = secrets;
  const person = (name: string) => `${name}.${id}@example.com`;
  /** The model reads the character, and no pattern finds an address in what it is told to say. */
  const script = (name: string, args: object) => `[[${name} ${JSON.stringify(args).replaceAll('@', '\\u0040')}]]`;

  const aws = () => ({
    endpoint: system.stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  async function manage(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${output(system.stack, 'ApiUrl')}${path}`, {
      method,
      headers: { authorization: `Bearer ${system.apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  }

  async function fire(agent: Agent, name: string, says: string, config: Record<string, unknown>): Promise<Run> {
    const promptTemplate = `For ${person('author')}: {{alert.title}} {{alert.message}}`;
    const { hook, relayId } = await system.relayFor({
      server: agent,
      metadata: { headers: { 'x-gateway-key': headerValue } },
      config: { ...inPlace, promptTemplate, ...config },
    });
    const [webhook] = await system.client.webhook.listByRelay(relayId);
    const auth = { scheme: 'github', secret: signingSecret };
    await manage('PATCH', `/relay/${relayId}/webhooks/${webhook?.id}`, { auth });
    const everything = `${person(`${name}-text`)} ${agent.password} ${system.apiToken} ${credential}`;
    const body = JSON.stringify({
      title: `Checkout of ${person(`${name}-title`)} fails, token=${credential}`,
      message: `${everything} ${says}`,
      severity: 'high',
      source: 'shop',
      service: everything,
      environment: everything,
      dedup_key: `canary ${person(`${name}-key`)}`,
      labels: { customer: everything },
      metadata: { nested: { customer: everything } },
      links: { profile: `https://example.com/${person(`${name}-text`)}` },
    });
    const signature = createHmac('sha256', signingSecret).update(body).digest('hex');
    const response = await fetch(hook, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${signature}`,
        'x-github-delivery': `${name}-${id}`,
        'x-forwarded-user': person(`${name}-text`),
        'user-agent': person(`${name}-text`),
      },
      body,
    });
    const { alertIds } = z.object({ alertIds: z.array(z.string()) }).parse(await response.json());
    return { finished: await system.outcomeOf(alertIds[0] ?? ''), signature, hookKey: hook.split('/').at(-1) ?? '' };
  }

  let agent: Agent;
  afterAll(() => system.stop());
  beforeAll(async () => {
    // Alone on its stack: other tests look for the very same password and token in all that the shared one keeps.
    [system, agent] = await Promise.all([startSystem(), sharedAgent()]);
    const redact = ['[\\w.-]+@example\\.com'];
    const said = (name: string) => `${person(`${name}-said`)} ${agent.password} ${system.apiToken}`;
    const failing = (name: string) => script('http', { status: 400, message: said(name) });
    const wanted: [name: string, says: string, config: object][] = [
      ['open', script('text', { text: said('open') }), {}],
      ['hidden', script('text', { text: said('hidden') }), { redact }],
      ['openfail', failing('openfail'), {}],
      ['hiddenfail', failing('hiddenfail'), { redact }],
      ['fixed', script('write', { path: `${id}.txt` }), { workspace: 'worktree' }],
    ];
    await Promise.all(
      wanted.map(async ([name, says, config]) => {
        run[name] = await fire(agent, name, says, { ...config });
      }),
    );
  });

  test('the runs came to what they were to come to', () => {
    const outcomes = Object.entries(run).map(([name, { finished }]) => [name, finished.outcome]);
    expect(Object.fromEntries(outcomes)).toEqual({
      ...{ open: 'no_changes', hidden: 'no_changes', openfail: 'session_failed', hiddenfail: 'session_failed' },
      fixed: 'diff_ready',
    });
  });

  test('of password, token, signature and key of a hook nothing stands in executions, events, logs and audit records', async () => {
    const seen = await whatPeopleSee(system);
    for (const texts of seen.values()) expect(texts.size).toBeGreaterThan(0);
    const runs = Object.values(run);
    const needles = [
      ...[agent.password, system.apiToken, Buffer.from(`${agent.username}:${agent.password}`).toString('base64')],
      ...[...secrets, ...runs.map(({ signature }) => signature), ...runs.map(({ hookKey }) => hookKey)],
    ];
    expect(needles.flatMap((needle) => findingsOf(seen, needle))).toEqual([]);
  });

  test('of personal data nothing stands there where the rule has a pattern for it', async () => {
    const seen = await whatPeopleSee(system);
    const names = ['hidden', 'hiddenfail'].flatMap((name) =>
      ['title', 'text', 'key', 'said'].map((part) => `${name}-${part}`),
    );
    expect([...names, 'author'].flatMap((name) => findingsOf(seen, person(name)))).toEqual([]);
  });

  test('without a pattern it stands in title, key and what a provider refused with, as the manual says, and in no log', async () => {
    const seen = await whatPeopleSee(system);
    const places = (name: string) => [...new Set(findingsOf(seen, person(name)).map((found) => found.split(' ')[0]))];
    expect(places('open-title')).toEqual(['executions', 'events']);
    expect(places('open-key')).toEqual(['executions', 'events']);
    expect(places('openfail-said')).toEqual(['executions', 'events']);
    for (const part of ['open-text', 'openfail-text', 'open-said']) expect(places(part)).toEqual([]);
  });

  describe('an execution tells an auditor', () => {
    /** Rows of the table in the manual: a question, and where the answer stands. */
    const rows = [
      ...readFileSync(join(projectRoot, 'infra/AUDIT.md'), 'utf8').matchAll(/^\| (.+\?) \| (.+) \|$/gm),
    ].map(([, question = '', places = '']) => ({
      question,
      paths: [...places.matchAll(/`((?:input|output)\.[\w.]+)`/g)].map(([, path = '']) => path),
    }));

    test('as many things as the manual lists', () => expect(rows.length).toBeGreaterThanOrEqual(12));

    test.each(rows)('$question', async ({ paths }) => {
      const { input, output: ended } = await system.execution(run.fixed?.finished.executionArn ?? '');
      const execution = { input: JSON.parse(input), output: JSON.parse(ended ?? '{}') };
      expect(paths).not.toEqual([]);
      const read = (path: string) => path.split('.').reduce((value: unknown, key) => Object(value)[key], execution);
      expect(paths.filter((path) => read(path) === undefined)).toEqual([]);
    });
  });

  describe('what a session costs in logs', () => {
    const eventSchema = z.object({ id: z.coerce.number(), type: z.string() });
    const sumOf = (lines: LogLine[]) => lines.reduce((sum, { bytes }) => sum + bytes, 0);
    /** Measured: 6.7 KB, 1.5 KB and 26 KB. */
    test('is bounded, for each poll and for what is around them', async () => {
      const { finished } = run.fixed ?? expect.fail();
      const lines = await logLinesOf(system.stack.awsEndpointUrl, finished.jobId);
      const machine = lines
        .filter((line) => line.machine)
        .map((line) => ({ ...line, ...eventSchema.parse(JSON.parse(line.text)) }))
        .sort((one, other) => one.id - other.id);
      const waits = machine.flatMap(({ type }, index) => (type === 'WaitStateEntered' ? [index] : []));
      expect(waits).toHaveLength(finished.polls);
      // Each poll ends with the choice whether there is another.
      const end = machine.findIndex(({ type }, index) => index > (waits.at(-1) ?? 0) && type === 'ChoiceStateExited');
      const perPoll = sumOf(machine.slice(waits[0], end + 1)) / finished.polls;
      const ofPolls = lines.filter(({ machine: isMachine, text }) => !isMachine && text.includes('PollSession'));
      expect(perPoll).toBeLessThan(7_200);
      expect(sumOf(ofPolls) / finished.polls).toBeLessThan(1_700);
      expect(sumOf(lines) - finished.polls * (perPoll + sumOf(ofPolls) / finished.polls)).toBeLessThan(30_000);
    });
  });

  describe('records', () => {
    const command = async (...args: string[]) => {
      const folder = await folderWith({ AwsEndpointUrl: system.stack.awsEndpointUrl });
      const world = { environment: {}, now: new Date(), fetch, wait: async () => {} };
      return relay(['audit', '--local', '--data', folder, '--since', '1h', ...args], world);
    };

    test('are there of each session, with the facts of its execution, and of what was changed before', async () => {
      const { stdout, code } = await command();
      expect(code).toBe(0);
      for (const { finished } of Object.values(run)) {
        const { jobId, outcome, alert, rule, result } = finished;
        const line = stdout.split('\n').find((each) => each.includes(jobId));
        for (const fact of [`session  ${jobId}  ${outcome}`, alert.id, `rule ${rule.id} version 1`]) {
          expect(line).toContain(fact);
        }
        if (result?.patch) expect(line).toContain(`s3://${result.bucket}/${result.patch}`);
      }
      const { rule } = run.fixed?.finished ?? expect.fail();
      expect(stdout).toMatch(new RegExp(`change {2}admin createRule: done .*rule ${rule.id} - → [0-9a-f]{12}`));
      expect(stdout).toMatch(/change {2}admin updateWebhook: done .*webhook wh_\w+ [0-9a-f]{12} → [0-9a-f]{12}/);
    });

    test('are listed by the function that the template schedules, and verified', async () => {
      const lambda = new LambdaClient(aws());
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      const name = Functions.map(({ FunctionName }) => FunctionName).find((each) => each?.includes('WriteDigest'));
      const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
      expect(FunctionError).toBeUndefined();
      expect(JSON.parse(Buffer.from(Payload ?? []).toString()).status).toMatch(/^(written|there)$/);
      const { stdout, code } = await command('--verify');
      expect(stdout).toMatch(/newest digest: digests\/\S+ [0-9a-f]{64}\nAll of it is as it was written\./);
      expect(code).toBe(0);
    });
  });

  test('an alert that is erased stands in no row and no result any more', async () => {
    const { alert, jobId, result } = run.fixed?.finished ?? expect.fail();
    const stored = async () => {
      const client = DynamoDBDocumentClient.from(new DynamoDBClient(aws()));
      const texts: string[] = [];
      const pages = paginateScan({ client }, { TableName: output(system.stack, 'TableName') });
      for await (const { Items } of pages) texts.push(JSON.stringify(Items));
      const list = new ListObjectsV2Command({ Bucket: result?.bucket, Prefix: `${jobId}/` });
      const { Contents = [] } = await new S3Client(aws()).send(list);
      return { texts: texts.join(''), results: Contents.map(({ Key }) => Key) };
    };
    // The page is made after the outcome is told, by nobody's asking.
    const files = expect.arrayContaining([`${jobId}/report.html`, `${jobId}/manifest.json`]);
    await eventually(async () => expect((await stored()).results).toEqual(files), 500);
    const { texts } = await stored();
    for (const part of ['title', 'text', 'key']) expect(texts).toContain(person(`fixed-${part}`));
    for (const step of ['resolve', 'erase']) await manage('POST', `/alerts/${alert.id}/${step}`, {});
    const after = await stored();
    expect(after.results).toEqual([]);
    for (const part of ['title', 'text', 'key']) expect(after.texts).not.toContain(person(`fixed-${part}`));
  });
});
