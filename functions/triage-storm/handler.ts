import { systemClock } from '../adapters/clock.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../adapters/dynamodb/budget-store.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIncidentJobs } from '../adapters/dynamodb/incident-jobs.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createLedger } from '../adapters/dynamodb/ledger-store.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { createStormMembers } from '../adapters/dynamodb/storm-members.ts';
import { createStormStore } from '../adapters/dynamodb/storm-store.ts';
import { createSwitchStore } from '../adapters/dynamodb/switch-store.ts';
import { connectTable } from '../adapters/dynamodb/table.ts';
import { createTitleClaims } from '../adapters/dynamodb/title-claims.ts';
import { createWindowStore } from '../adapters/dynamodb/window-store.ts';
import { env } from '../adapters/environment.ts';
import { stormTaskInputs } from '../contract/storm.ts';
import { readStackBudget } from '../domain/budget.ts';
import { logger } from '../middleware/log.ts';
import { stormIds, task } from '../middleware/task.ts';
import { triageStorm } from './triage-storm.ts';

const table = connectTable(env('tableName'));
const deps = {
  relays: createRelayStore(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  alerts: createAlertStore(table),
  jobs: createJobStore(table),
  ledger: createLedger(table),
  decisions: createDecisionStore(table),
  windows: createWindowStore(table),
  storms: createStormStore(table),
  members: createStormMembers(table),
  titles: createTitleClaims(table),
  incidentJobs: createIncidentJobs(table),
  budgets: createBudgets(table),
  stackBudget: readStackBudget(env('stackBudget')),
  switch: createSwitchStore(table),
  clock: systemClock,
  log: logger,
};

/** State `Triage storm`. */
export const handler = task({
  schema: stormTaskInputs.triageStorm,
  ids: stormIds,
  run: (input) => triageStorm(deps, input),
});
