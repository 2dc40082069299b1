import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  AuthError,
  BeepsClient,
  type BeepsClientConfig,
  NotFoundError,
  RateLimitError,
  ServerError,
  ValidationError,
} from '@beepsdev/sdk';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { eventually } from '../support/eventually.ts';
import { isLong } from '../support/property-runs.ts';
import { startLossyProxy } from '../support/system/lossy-proxy.ts';
import { callSdk, isOnCall, oneOfEachTwins, sdkCalls } from '../support/system/sdk-calls.ts';
import { sdkTable } from '../support/system/sdk-table.ts';
import { type SdkWorld, startSdkWorld } from '../support/system/sdk-world.ts';
import { type OwnSystem, output, type System, startSystem } from '../support/system/system.ts';

const endpoint = 'https://opencode.internal.corp:4096';
const opencode = { provider: 'opencode' as const, apiKey: 'the-password' };

const inputs = new Map<string, unknown[]>([
  ['schedule.create', [{ name: 'Nights', relayId: 'rly_1', startAt: '2027-03-01T00:00:00.000Z' }]],
  ['schedule.createOverride', ['sch_1', { startAt: '2027-03-01T00:00:00.000Z', endAt: '2027-03-02T00:00:00.000Z' }]],
  ['schedule.updateOverride', ['sch_1', 'ovr_1', { reason: 'ill' }]],
  ['contactMethod.create', [{ transport: 'email', value: 'alice@example.com' }]],
]);
const allCalls = sdkCalls(new BeepsClient({ accessToken: 'asks nobody' }));
const calls = allCalls.filter((call) => !isOnCall(call));
const onCall = allCalls.filter(isOnCall);
/** Only what would be made is said to be unsupported; the rest is about one that cannot exist. */
const creations = [
  'schedule.create',
  'schedule.addMember',
  'schedule.createOverride',
  'contactMethod.create',
  'contactMethod.sendVerification',
];

let system: OwnSystem;
beforeAll(async () => {
  // Alone on it: of several containers of one function, some would know the new token of the last test later.
  system = await startSystem();
});
afterAll(() => system.stop());

describe('every call of the SDK, or its Safe twin, on the synthesized stack', () => {
  let world: SdkWorld;
  beforeAll(async () => {
    world = await startSdkWorld(system);
  });

  test('the table has each call that the SDK has, and no other', () => {
    expect([...sdkTable.keys()].sort()).toEqual([...new Set(calls.map(({ plain }) => plain))].sort());
  });

  test.each(isLong ? calls : oneOfEachTwins(calls))('$name', async (call) => {
    const prepare = sdkTable.get(call.plain);
    if (!prepare) throw new Error(`The table has no row for ${call.plain}`);
    const { args, gives } = await prepare(world);
    expect(await callSdk(system.client, call, args)).toEqual(call.isTwin ? { data: gives } : gives);
  });
});

describe('what the SDK tells of the synthesized stack when it is refused or cut off', () => {
  const connect = (changes: Partial<BeepsClientConfig> = {}) =>
    new BeepsClient({ accessToken: system.apiToken, baseURL: output(system.stack, 'ApiUrl'), ...changes });

  /** A client that counts its requests. */
  function counting() {
    const count = { requests: 0 };
    const counted: typeof fetch = (...request) => {
      count.requests += 1;
      return fetch(...request);
    };
    return { count, client: connect({ fetch: counted }) };
  }

  test('a wrong body: ValidationError, with a bullet for each issue and what was meant', async () => {
    const { client } = system;
    const { id } = await client.relay.create({ name: 'Checkout' });
    const config = { agentType: 'opencode' as const, endpont: endpoint, pollInterval: 1, config: { agnet: 'build' } };
    const { error } = await client.relay.rules.createSafe(id, { name: 'Investigate', ruleType: 'agent', config });
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', requestId: expect.stringMatching(/./) });
    const bullets = error?.message.split('\n').filter((line) => line.startsWith('- '));
    expect(bullets).toEqual(
      expect.arrayContaining([
        '- `config.endpont` is not a known field. Did you mean `endpoint`?',
        '- `config.config.agnet` is not a known field. Did you mean `agent`?',
        expect.stringMatching(/^- `config\.pollInterval` .*1000/),
      ]),
    );
    expect(await client.relay.rules.list(id)).toEqual([]);
  });

  test('what other systems do, inside a rule: ValidationError, and what to use instead', async () => {
    const { client } = system;
    const { id } = await client.relay.create({ name: 'Checkout' });
    const notify = { name: 'Call', ruleType: 'schedule_notify' as const, config: { scheduleId: 'sch_1' } };
    const devin = { name: 'Devin', ruleType: 'agent' as const, config: { agentType: 'devin' as const } };
    for (const rule of [notify, devin]) {
      const { error } = await client.relay.rules.createSafe(id, rule);
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ details: { issues: [{ code: 'not_supported' }] } });
    }
  });

  test('a wrong token: AuthError', async () => {
    const refused = connect({ accessToken: 'wrong' }).relay.list();
    await expect(refused).rejects.toBeInstanceOf(AuthError);
    await expect(refused).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('an unknown id: NotFoundError, which names what is not there', async () => {
    const { client } = system;
    const { id } = await client.relay.create({ name: 'Checkout' });
    const refused = {
      integration: await client.integration.getSafe('int_unknown'),
      relay: await client.relay.lintSafe('rly_unknown'),
      rule: await client.relay.rules.getSafe(id, 'rul_unknown'),
      alert: await client.alert.getSafe('alr_unknown'),
      job: await client.agentJob.getSafe('job_unknown'),
    };
    for (const [kind, { error }] of Object.entries(refused)) {
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error?.message).toMatch(new RegExp(`\\b${kind}\\b`, 'i'));
    }
    await expect(client.webhook.setProvider(id, 'wh_unknown', null)).rejects.toBeInstanceOf(NotFoundError);
  });

  test.each(isLong ? onCall : oneOfEachTwins(onCall))(
    '$name is refused at once, and told what to use instead',
    async (call) => {
      const { count, client } = counting();
      const made = callSdk(client, call, inputs.get(call.plain) ?? ['sch_1', 'usr_1']);
      const error: unknown = call.isTwin
        ? Reflect.get(Object(await made), 'error')
        : await made.catch((thrown) => thrown);
      const isCreation = creations.includes(call.plain);
      expect(error).toBeInstanceOf(isCreation ? ServerError : NotFoundError);
      const message = expect.stringContaining('OpenCode session finished');
      const [status, code] = isCreation ? [501, 'not_supported'] : [404, 'not_found'];
      expect(error).toMatchObject({ status, code, message });
      expect(count.requests).toBe(1);
    },
  );

  test('a broken connection: the SDK asks again, and what it creates is there once', async () => {
    const url = new URL(output(system.stack, 'ApiUrl'));
    const proxy = await startLossyProxy(url.origin, () => true);
    onTestFinished(() => proxy.close());
    const cut = connect({ baseURL: `${proxy.url}${url.pathname}` });

    const integration = await cut.integration.create({ ...opencode, name: 'cut off' });
    const relay = await cut.relay.create({ name: 'cut off', externalKey: 'cut-off' });
    const config = { agentType: 'opencode' as const, integrationId: integration.id, endpoint };
    const rule = await cut.relay.rules.create(relay.id, { name: 'cut off', ruleType: 'agent', config });
    expect(proxy.lost).toBe(3);
    expect(proxy.forwarded).toHaveLength(6);

    const { client } = system;
    // The rule has bound it to its endpoint.
    const bound = { ...integration, metadata: { origins: [new URL(endpoint).origin] }, boundBy: 'first_rule' };
    expect((await client.integration.list()).filter(({ name }) => name === 'cut off')).toEqual([bound]);
    expect((await client.relay.list()).filter(({ name }) => name === 'cut off')).toEqual([relay]);
    expect(await cut.relay.rules.list(relay.id)).toEqual([rule]);
    expect(await cut.relay.rules.delete(relay.id, rule.id).catch((thrown) => thrown)).toBeInstanceOf(NotFoundError);
  });

  test('a token that asks too often: RateLimitError, and the others go on', async () => {
    const aws = { region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    const secrets = new SecretsManagerClient({ endpoint: system.stack.awsEndpointUrl, ...aws });
    const SecretId = output(system.stack, 'ApiTokenSecretArn');
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const tokens = JSON.stringify({ ...JSON.parse(SecretString), greedy: 'greedy-token' });
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: tokens }));
    const greedy = connect({ accessToken: 'greedy-token', retries: { attempts: 0, backoffMs: 0 } });
    await eventually(() => greedy.member.list(), 500);

    await useUp('greedy', system);
    const { error: refused } = await greedy.alert.getSafe('alr_unknown');
    expect(refused).toBeInstanceOf(RateLimitError);
    expect(refused).toMatchObject({ name: 'RateLimitError', status: 429, code: 'too_many_requests', retryable: true });
    await expect(system.client.member.list()).resolves.toContainEqual(expect.objectContaining({ userId: 'admin' }));
  });
});

/** As if the token had asked too often: its counters of this window and of those of the next two minutes are full. */
async function useUp(caller: string, { stack }: System): Promise<void> {
  const aws = { region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const table = new DynamoDBClient({ endpoint: stack.awsEndpointUrl, ...aws });
  const window = Math.floor(Date.now() / 10_000);
  for (let ahead = 0; ahead < 12; ahead++) {
    const { pk, sk } = keys.rate(caller, window + ahead);
    const Item = { pk: { S: pk }, sk: { S: sk }, requests: { N: '1000000' } };
    await table.send(new PutItemCommand({ TableName: output(stack, 'TableName'), Item }));
  }
}
