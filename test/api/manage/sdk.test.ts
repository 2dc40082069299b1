import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AuthError, BeepsClient, NotFoundError, ServerError, ValidationError } from '@beepsdev/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import { createRelayStore } from '../../../functions/adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../../../functions/adapters/dynamodb/rule-store.ts';
import { createWebhookStore } from '../../../functions/adapters/dynamodb/webhook-store.ts';
import { connectApiTokens } from '../../../functions/adapters/secrets/api-tokens.ts';
import { connectCredentials } from '../../../functions/adapters/secrets/credentials.ts';
import { randomIds } from '../../../functions/api/manage/ids.ts';
import { manage } from '../../../functions/api/manage/manage.ts';
import { createRoutes } from '../../../functions/api/manage/routes.ts';
import { api } from '../../../functions/middleware/api.ts';
import { fetchFrom } from '../../support/api-client.ts';
import { fakeManagement } from '../../support/fakes/management.ts';
import { mockClient } from '../../support/mock-client.ts';
import { startTable } from '../../support/table.ts';

const secretsManager = new SecretsManagerClient({ region: 'eu-central-1' });
const secrets = mockClient(secretsManager);

/** The official SDK, unmodified, on the whole function: chain, routes, use cases, a table. */
describe('the management API through the SDK', () => {
  let stop: () => Promise<void>;
  let fetchHandler: typeof fetch;
  let client: BeepsClient;
  const connect = (accessToken: string) =>
    new BeepsClient({
      accessToken,
      baseURL: 'http://127.0.0.1/v0',
      fetch: fetchHandler,
      retries: { attempts: 0, backoffMs: 0 },
    });

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const started = await startTable();
    stop = started.stop;
    const { table } = started;
    const routes = createRoutes({
      ...fakeManagement().deps,
      relays: createRelayStore(table),
      webhooks: createWebhookStore(table),
      rules: createRuleStore(table),
      integrations: createIntegrationStore(table),
      credentials: connectCredentials('OpencodeRelay', secretsManager),
      ids: randomIds,
    });
    fetchHandler = fetchFrom(api({ tokens: connectApiTokens('tokens', secretsManager), run: manage(routes) }), routes);
    client = connect('a-token');
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await stop();
  });
  beforeEach(() => {
    secrets.reset();
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"a-token"}' });
    secrets.on(CreateSecretCommand).resolves({});
  });

  const integration = { name: 'OpenCode', provider: 'opencode' as const, apiKey: 'the-password' };
  const endpoint = 'https://opencode.internal.corp:4096';
  const ruleFor = async (changes = {}) => {
    const { id } = await client.integration.create(integration);
    const config = { agentType: 'opencode' as const, integrationId: id, endpoint };
    return { name: 'Investigate', ruleType: 'agent' as const, config, ...changes };
  };

  test('integrations', async () => {
    const made = await client.integration.create({ ...integration, metadata: { username: 'alice' } });
    expect(made).toMatchObject({ ...integration, apiKey: '***', metadata: { username: 'alice' }, createdBy: 'admin' });
    expect(secrets.commandCalls(CreateSecretCommand)[0]?.args[0].input).toEqual({
      Name: `OpencodeRelay/integrations/${made.id}`,
      SecretString: '{"username":"alice","password":"the-password"}',
    });
    expect(await client.integration.get(made.id)).toEqual(made);
    expect((await client.integration.list()).at(-1)).toEqual(made);
  });

  test('an integration that is created again by its key has a new password', async () => {
    const keyed = { ...integration, externalKey: 'sample' };
    const first = await client.integration.create(keyed);
    secrets.on(CreateSecretCommand).rejects(new ResourceExistsException({ message: 'exists', $metadata: {} }));
    secrets.on(PutSecretValueCommand).resolves({});
    const rotated = { ...keyed, apiKey: 'rotated' };
    expect((await client.integration.create(rotated)).id).toBe(first.id);
    expect(secrets.commandCalls(PutSecretValueCommand)[0]?.args[0].input.SecretString).toContain('rotated');
  });

  test('relays and their webhooks', async () => {
    const relay = await client.relay.create({ name: 'Checkout', externalKey: 'checkout' });
    expect(relay).toMatchObject({ organizationId: 'org_default', description: '', repeatPolicy: 'none' });
    const renamed = await client.relay.create({ name: 'Payments', externalKey: 'checkout' });
    expect(renamed).toMatchObject({ id: relay.id, name: 'Payments' });
    expect(await client.relay.list()).toContainEqual(renamed);
    const [webhook, ...others] = await client.webhook.listByRelay(relay.id);
    expect(webhook).toMatchObject({ relayId: relay.id, provider: null, enabled: true });
    expect(webhook?.webhookKey).toMatch(/^[\w-]{43}$/);
    expect(others).toEqual([]);
  });

  test('rules from creation to deletion', async () => {
    const relay = await client.relay.create({ name: 'Checkout' });
    const made = await client.relay.rules.create(relay.id, await ruleFor());
    expect(made).toMatchObject({ group: 'default', order: 0, delayMinutes: 0, enabled: true, externalKey: null });
    expect(await client.relay.rules.get(relay.id, made.id)).toEqual(made);
    const off = await client.relay.rules.update(relay.id, made.id, { enabled: false });
    expect(off).toMatchObject({ ...made, enabled: false, updatedAt: off.updatedAt });
    expect(await client.relay.rules.list(relay.id, { enabled: true })).toEqual([]);
    expect(await client.relay.rules.list(relay.id, { enabled: false, ruleType: 'agent' })).toEqual([off]);
    expect(await client.relay.rules.delete(relay.id, made.id)).toEqual({ success: true });
    await expect(client.relay.rules.delete(relay.id, made.id)).rejects.toBeInstanceOf(NotFoundError);
    expect(await client.relay.rules.list(relay.id)).toEqual([]);
  });

  test('ten creations of one key at once are one rule', async () => {
    const relay = await client.relay.create({ name: 'Checkout' });
    const rule = await ruleFor({ externalKey: 'k' });
    const made = await Promise.all(Array.from({ length: 10 }, () => client.relay.rules.create(relay.id, rule)));
    expect(await client.relay.rules.list(relay.id)).toEqual([made[0]]);
  });

  test('what is wrong is told in the words of the SDK', async () => {
    await expect(connect('wrong').relay.list()).rejects.toBeInstanceOf(AuthError);
    await expect(client.alert.get('alr_unknown')).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.alert.listAgents('alr_unknown')).rejects.toBeInstanceOf(NotFoundError);
    expect(await client.schedule.list()).toEqual([]);
    expect(await client.contactMethod.list({ userId: 'admin' })).toEqual([]);
    const created = client.contactMethod.create({ transport: 'email', value: 'alice@example.com' });
    await expect(created).rejects.toMatchObject({ status: 501, code: 'not_supported' });
    await expect(created).rejects.toBeInstanceOf(ServerError);
    await expect(client.schedule.getOnCall('sch_1')).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.relay.list()).resolves.toBeInstanceOf(Array);
    const misspelt = { agentType: 'opencode' as const, endpont: endpoint };
    const refused = client.relay.rules.create('rly_1', { name: 'r', ruleType: 'agent', config: misspelt });
    await expect(refused).rejects.toBeInstanceOf(ValidationError);
    await expect(refused).rejects.toThrow('`config.endpont` is not a known field. Did you mean `endpoint`?');
    await expect(refused).rejects.toMatchObject({ requestId: expect.stringMatching(/^[\da-f-]{36}$/) });
    await expect(client.integration.delete('int_1')).rejects.toBeInstanceOf(NotFoundError);
  });
});
