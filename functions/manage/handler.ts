import { connectApiTokens } from '../adapters/api-tokens.ts';
import { systemClock } from '../adapters/clock.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { connectTable } from '../adapters/dynamodb/table.ts';
import { createWebhookStore } from '../adapters/dynamodb/webhook-store.ts';
import { env } from '../adapters/environment.ts';
import { connectCredentials } from '../adapters/secrets.ts';
import { api } from '../middleware/api.ts';
import { randomIds } from './ids.ts';
import { manage } from './manage.ts';
import { createRoutes } from './routes.ts';

const table = connectTable(env('tableName'));

const routes = createRoutes({
  relays: createRelayStore(table),
  webhooks: createWebhookStore(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  jobs: createJobStore(table),
  credentials: connectCredentials(env('secretPrefix')),
  clock: systemClock,
  ids: randomIds,
});

/** Everything under `/v0`. */
export const handler = api({ tokens: connectApiTokens(env('apiTokenSecretArn')), run: manage(routes) });
