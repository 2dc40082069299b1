import { AuthError, BeepsClient, NotFoundError, ValidationError } from '@beepsdev/sdk';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createIntegration, createRule } from '../support/system/opencode-page.ts';
import { output, type System, sharedSystem } from '../support/system/system.ts';

describe('the management API over the wire, with the official SDK', () => {
  let system: System;
  beforeAll(async () => {
    system = await sharedSystem();
  });

  test('runs the two snippets of the OpenCode page unmodified', async () => {
    vi.stubEnv('OPENCODE_SERVER_PASSWORD', 'the-server-password');
    const { client } = system;
    const relay = await client.relay.create({ name: 'Checkout' });
    const run = new Function('client', 'relayId', `return (async () => {${createIntegration}${createRule}})()`);

    await run(client, relay.id);

    const integration = (await client.integration.list()).find(({ name }) => name === 'OpenCode - internal');
    expect(integration).toMatchObject({ provider: 'opencode', apiKey: '***', metadata: { username: 'opencode' } });
    const [rule] = await client.relay.rules.list(relay.id);
    expect(JSON.stringify(rule?.config)).toBe(
      JSON.stringify({
        agentType: 'opencode',
        integrationId: integration?.id,
        endpoint: 'https://opencode.internal.corp:4096',
        openCodeModel: { providerID: 'anthropic', modelID: 'claude-sonnet-4-20250514' },
        pollInterval: 15000,
        maxPollAttempts: 200,
      }),
    );
  });

  test('refuses a wrong token, an unknown id and a misspelt field in the words of the SDK', async () => {
    const stranger = new BeepsClient({ accessToken: 'wrong', baseURL: output(system.stack, 'ApiUrl') });
    await expect(stranger.relay.list()).rejects.toBeInstanceOf(AuthError);
    await expect(system.client.alert.get('alr_unknown')).rejects.toBeInstanceOf(NotFoundError);
    const relay = await system.client.relay.create({ name: 'Checkout' });
    const misspelt = { agentType: 'opencode' as const, endpont: 'https://opencode.internal.corp:4096' };
    const refused = system.client.relay.rules.create(relay.id, { name: 'r', ruleType: 'agent', config: misspelt });
    await expect(refused).rejects.toBeInstanceOf(ValidationError);
    await expect(refused).rejects.toThrow('endpoint');
  });
});
