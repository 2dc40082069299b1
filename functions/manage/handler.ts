import { systemClock } from '../adapters/clock.ts';
import { createAlertDesk } from '../adapters/dynamodb/alert-desk.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createCreationClaims } from '../adapters/dynamodb/creation-claims.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createRateLimit } from '../adapters/dynamodb/rate-limit.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createResponderStore } from '../adapters/dynamodb/responder-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { connectTable } from '../adapters/dynamodb/table.ts';
import { createWebhookStore } from '../adapters/dynamodb/webhook-store.ts';
import { env } from '../adapters/environment.ts';
import { createEndpointPolicy } from '../adapters/opencode/endpoint-policy.ts';
import { connectResultLinks } from '../adapters/result-links.ts';
import { connectApiTokens } from '../adapters/secrets/api-tokens.ts';
import { connectCredentials } from '../adapters/secrets/credentials.ts';
import { connectWebhookSecretWriter } from '../adapters/secrets/webhook-secrets.ts';
import { connectServerChecks } from '../adapters/server-checks.ts';
import { connectExecutions } from '../adapters/states.ts';
import { api } from '../middleware/api.ts';
import { auditTrail } from '../middleware/audit.ts';
import { logger } from '../middleware/log.ts';
import { auditedDeps } from './audited-deps.ts';
import { randomIds } from './ids.ts';
import { manage } from './manage.ts';
import { createRoutes } from './routes.ts';

const table = connectTable(env('tableName'));
const tokens = connectApiTokens(env('apiTokenSecretArn'));
const executions = connectExecutions(env('stateMachineArn'));

const deps = {
  relays: createRelayStore(table),
  webhooks: createWebhookStore(table),
  claims: createCreationClaims(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  alerts: createAlertDesk(table),
  responders: createResponderStore(table),
  members: tokens,
  decisions: createDecisionStore(table),
  jobs: createJobStore(table),
  credentials: connectCredentials(env('secretPrefix')),
  webhookSecrets: connectWebhookSecretWriter(env('secretPrefix')),
  executions,
  stopper: executions,
  links: connectResultLinks(env('resultsBucket')),
  incidents: createAlertStore(table),
  servers: connectServerChecks(env('checkServersFunction')),
  endpoints: createEndpointPolicy(env('privateHosts')),
  log: logger,
  clock: systemClock,
  ids: randomIds,
};
const routes = createRoutes(auditedDeps(deps, auditTrail));

/** Everything under `/v0`. */
export const handler = api({
  tokens,
  limit: createRateLimit(table, Number(env('tokenRatePerSecond'))),
  run: manage(routes, auditTrail),
});
