import { secretsManagerClient } from '../../adapters/clients/secrets-manager.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createAlertQueries } from '../../adapters/dynamodb/alert-queries.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createBegunChanges } from '../../adapters/dynamodb/begun-changes.ts';
import { createBudgetUse } from '../../adapters/dynamodb/budget-store.ts';
import { createCallRecords } from '../../adapters/dynamodb/call-records.ts';
import { createCreationClaims } from '../../adapters/dynamodb/creation-claims.ts';
import { createErasedRows } from '../../adapters/dynamodb/erased-rows.ts';
import { createLedgerDays } from '../../adapters/dynamodb/ledger-days.ts';
import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { createPausedDecisions } from '../../adapters/dynamodb/paused-decisions.ts';
import { createRateLimit } from '../../adapters/dynamodb/rate-limit.ts';
import { createRepositoryGuards } from '../../adapters/dynamodb/repository-guards.ts';
import { createResponderStore } from '../../adapters/dynamodb/responder-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { createWebhookStore } from '../../adapters/dynamodb/webhook-store.ts';
import { env } from '../../adapters/environment.ts';
import { createEndpointPolicy } from '../../adapters/http/endpoint-policy.ts';
import { privateRanges } from '../../adapters/http/private-ranges.ts';
import { newMemoryWorld } from '../../adapters/memory/stores.ts';
import { connectReportMaker } from '../../adapters/report-maker.ts';
import { connectApiTokens } from '../../adapters/secrets/api-tokens.ts';
import { connectCredentials } from '../../adapters/secrets/credentials.ts';
import { connectFrontDoor } from '../../adapters/secrets/front-door.ts';
import { connectWebhookSecretWriter } from '../../adapters/secrets/webhook-secrets.ts';
import { connectServerChecks } from '../../adapters/server-checks.ts';
import { connectExecutions } from '../../adapters/states.ts';
import type { StormInput } from '../../contract/storm.ts';
import { api } from '../../middleware/api.ts';
import { auditTrail } from '../../middleware/audit.ts';
import { countingBudgets } from '../../middleware/budget-metrics.ts';
import { logger } from '../../middleware/log.ts';
import { countingServices } from '../../middleware/service-metrics.ts';
import { loggingSessions, loggingStorms } from '../../middleware/story.ts';
import { connectBuckets } from '../../wiring/buckets.ts';
import { connectDecisions } from '../../wiring/decisions.ts';
import { auditedDeps } from './audited-deps.ts';
import { randomIds } from './ids.ts';
import { manage } from './manage.ts';
import { createRoutes } from './routes.ts';

const table = connectTable(env('tableName'));
const tokens = connectApiTokens(env('apiTokenSecretArn'));
const storms = connectExecutions<StormInput>(env('stormMachineArn'));

const { links, erasedResults, records } = connectBuckets(env('resultsBucket'), env('auditBucket'));
const decisions = countingServices(countingBudgets(connectDecisions(table)));
const deps = {
  ...decisions,
  executions: loggingSessions(decisions.executions),
  webhooks: createWebhookStore(table),
  claims: createCreationClaims(table),
  alerts: createAlertQueries(table),
  calls: createCallRecords(table),
  incidents: createAlertStore(table),
  responders: createResponderStore(table),
  members: tokens,
  credentials: connectCredentials(env('secretPrefix'), secretsManagerClient(), Date.now, env('secretKeyArn')),
  webhookSecrets: connectWebhookSecretWriter(env('secretPrefix'), secretsManagerClient(), env('secretKeyArn')),
  stormExecutions: loggingStorms(storms),
  stormStopper: storms,
  guards: createRepositoryGuards(table),
  ledger: createLedger(table),
  budgetUse: createBudgetUse(table),
  ledgerDays: createLedgerDays(table),
  paused: createPausedDecisions(table),
  erasedRows: createErasedRows(table),
  erasedResults,
  links,
  reportMaker: connectReportMaker(env('writeReportFunction')),
  servers: connectServerChecks(env('checkServersFunction')),
  newWorld: newMemoryWorld,
  endpoints: createEndpointPolicy({
    privateHosts: env('privateHosts'),
    agent: privateRanges('agent'),
    webhook: privateRanges('webhook'),
  }),
  log: logger,
  ids: randomIds,
};
const routes = createRoutes(auditedDeps(deps, auditTrail));

/** Everything under `/v0`. */
export const handler = api({
  tokens,
  limit: createRateLimit(table, Number(env('tokenRatePerSecond'))),
  front: connectFrontDoor(env('frontHeader'), env('frontSecretArn')),
  ledger: {
    changes: createBegunChanges(table),
    records,
    clock: systemClock,
  },
  run: manage(routes, auditTrail),
});
