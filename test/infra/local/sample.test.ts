import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { agentConfigSchema } from '../../../functions/domain/rule/rule.ts';
import { fireSample, prepareSample } from '../../../infra/local/sample.ts';

interface Received {
  call: string;
  authorization: string | undefined;
  body: unknown;
}

const answers: Record<string, unknown> = {
  'POST /v0/integrations': { integration: { id: 'int_1' } },
  'POST /v0/relay': { relay: { id: 'rly_1' } },
  'POST /v0/relay/rly_1/rules': { rule: { id: 'rul_1' } },
  'GET /v0/relay/rly_1/webhooks': { webhooks: [{ id: 'wh_1', webhookKey: 'whk_1' }] },
};

/** The API and the hooks of a stack that takes whatever it is given. */
async function newStack(hook: { status: number; body: unknown }, changes: Record<string, unknown> = {}) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const call = `${request.method} ${request.url}`;
    const body = request.method === 'POST' ? await json(request) : undefined;
    received.push({ call, authorization: request.headers.authorization, body });
    const answer = { ...answers, ...changes }[call];
    response.writeHead(answer === undefined ? hook.status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? hook.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const url = `http://127.0.0.1:${port}`;
  const outputs = {
    ApiUrl: `${url}/v0`,
    HooksUrl: `${url}/hooks`,
    ApiToken: 'api-token',
    AwsEndpointUrl: url,
    OpenCodeUrl: 'http://127.0.0.1:4096',
    OpenCodeUsername: 'opencode',
    OpenCodePassword: 'opencode-password',
    ConsoleUrl: 'http://127.0.0.1:4000/console',
  };
  return { outputs, received, url };
}

const startsAt = new Date('2027-03-01T12:00:00.000Z');

async function playSample(outputs: Parameters<typeof prepareSample>[0], options: Parameters<typeof prepareSample>[1]) {
  const sample = await prepareSample(outputs, options);
  return { ...sample, alertId: await fireSample(sample.hookUrl, startsAt) };
}

const accepted = { status: 202, body: { alertIds: ['alr_1'] } };
const defaults = { model: undefined, directory: undefined };
const configOf = (received: Received[]) => {
  const { body } = received.find(({ call }) => call.endsWith('/rules')) ?? {};
  return agentConfigSchema.parse(z.object({ config: z.unknown() }).parse(body).config);
};

test('the sample is set up by the SDK, and one alert is fired', async () => {
  const { outputs, received, url } = await newStack(accepted);
  expect(await playSample(outputs, defaults)).toEqual({
    relayId: 'rly_1',
    hookUrl: `${url}/hooks/whk_1`,
    alertId: 'alr_1',
  });
  expect(received.map(({ call }) => call)).toEqual([...Object.keys(answers), 'POST /hooks/whk_1']);
  expect(received[0]?.body).toMatchObject({ apiKey: 'opencode-password', metadata: { username: 'opencode' } });
  expect(configOf(received)).toMatchObject({ integrationId: 'int_1', endpoint: 'http://127.0.0.1:4096' });
});

test('what is created can be created again: it has a key of its own', async () => {
  const { outputs, received } = await newStack(accepted);
  await playSample(outputs, defaults);
  const created = received.filter(({ call }) => call.startsWith('POST /v0'));
  for (const { body, call } of created) expect(body, call).toMatchObject({ externalKey: 'sample' });
});

test('the token goes to the API and not to the hook; the password goes to the integration alone', async () => {
  const { outputs, received } = await newStack(accepted);
  await playSample(outputs, defaults);
  const tokens = received.map(({ authorization }) => authorization);
  expect(tokens).toEqual([...Object.keys(answers).map(() => 'Bearer api-token'), undefined]);
  expect(JSON.stringify(received.slice(1))).not.toContain('opencode-password');
});

test('model and directory of the command line stand in the rule, and nothing in their place without them', async () => {
  const { outputs, received } = await newStack(accepted);
  const model = { providerID: 'anthropic', modelID: 'claude' };
  await playSample(outputs, { model, directory: '/srv/repo' });
  expect(configOf(received)).toMatchObject({ openCodeModel: model, config: { directory: '/srv/repo' } });
  received.length = 0;
  await playSample(outputs, defaults);
  expect(configOf(received)).not.toHaveProperty('openCodeModel');
  expect(configOf(received)).not.toHaveProperty('config');
});

test('the delivery is Alertmanager’s, of one firing alert', async () => {
  const { outputs, received } = await newStack(accepted);
  await playSample(outputs, defaults);
  expect(received.at(-1)?.body).toMatchObject({
    version: '4',
    status: 'firing',
    alerts: [{ status: 'firing', labels: { severity: 'critical' }, startsAt: expect.stringMatching(/^20.*Z$/) }],
  });
});

test('each start’s sample is an incident of its own: by title, fingerprint and start', async () => {
  const { received, url } = await newStack(accepted);
  for (const second of [0, 1]) await fireSample(`${url}/hooks/whk_1`, new Date(startsAt.getTime() + second * 1_000));
  const alertSchema = z.object({
    fingerprint: z.string(),
    startsAt: z.string(),
    annotations: z.object({ summary: z.string() }),
  });
  const [one, other] = received.map(({ body }) => z.object({ alerts: z.tuple([alertSchema]) }).parse(body).alerts[0]);
  expect(one?.annotations.summary).not.toBe(other?.annotations.summary);
  expect(one?.fingerprint).not.toBe(other?.fingerprint);
  expect([one?.startsAt, other?.startsAt]).toEqual(['2027-03-01T12:00:00.000Z', '2027-03-01T12:00:01.000Z']);
});

test.each([
  ['refuses', { status: 429, body: { error: 'slow down' } }, 'The hook answered 429: {"error":"slow down"}'],
  ['accepts nothing', { status: 202, body: { alertIds: [] } }, 'alertIds'],
])('a hook that %s is an error', async (_, hook, message) => {
  const { outputs } = await newStack(hook);
  await expect(playSample(outputs, defaults)).rejects.toThrow(message);
});

test('so is a relay without a webhook', async () => {
  const { outputs } = await newStack(accepted, { 'GET /v0/relay/rly_1/webhooks': { webhooks: [] } });
  await expect(playSample(outputs, defaults)).rejects.toThrow('The sample relay has no webhook');
});
