import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { BeepsClient } from '@beepsdev/sdk';
import { vi } from 'vitest';
import { createCreationClaims } from '../../../functions/adapters/dynamodb/creation-claims.ts';
import { createIntegrationStore } from '../../../functions/adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../../../functions/adapters/dynamodb/job-store.ts';
import { createRelayStore } from '../../../functions/adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../../../functions/adapters/dynamodb/rule-store.ts';
import { createStormStore } from '../../../functions/adapters/dynamodb/storm-store.ts';
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
export const secrets = mockClient(secretsManager);

/** What a test finds in Secrets Manager unless it says otherwise: one API token, and room for everything. */
export function resetSecrets(): void {
  secrets.reset();
  secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"admin":"a-token"}' });
  secrets.on(CreateSecretCommand).resolves({});
  secrets.on(PutSecretValueCommand).resolves({});
  secrets.on(DeleteSecretCommand).resolves({});
}

export const integration = (name: string) => ({ name, provider: 'opencode' as const, apiKey: 'the-password' });

/** Makes an integration; the config of the rule is not in the order of the schema. */
export async function ruleFor(client: BeepsClient, name: string) {
  const { id } = await client.integration.create(integration(name));
  const endpoint = 'https://opencode.internal.corp:4096';
  return { name, ruleType: 'agent' as const, config: { endpoint, integrationId: id, agentType: 'opencode' as const } };
}

/** The SDK on the whole function, with the stores of these resources on a table. */
export async function startSdk() {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { table, stop } = await startTable();
  const jobs = createJobStore(table);
  const storms = createStormStore(table);
  const routes = createRoutes({
    ...fakeManagement().deps,
    jobs,
    storms,
    claims: createCreationClaims(table),
    relays: createRelayStore(table),
    webhooks: createWebhookStore(table),
    rules: createRuleStore(table),
    integrations: createIntegrationStore(table),
    credentials: connectCredentials('OpencodeRelay', secretsManager),
    ids: randomIds,
  });
  const answer = fetchFrom(api({ tokens: connectApiTokens('tokens', secretsManager), run: manage(routes) }), routes);
  const connect = (over: typeof fetch, accessToken = 'a-token') =>
    new BeepsClient({
      accessToken,
      baseURL: 'http://127.0.0.1/v0',
      fetch: over,
      retries: { attempts: 2, backoffMs: 0 },
    });
  return { jobs, storms, answer, connect, client: connect(answer), stop };
}
