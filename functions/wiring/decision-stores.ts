import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../adapters/dynamodb/budget-store.ts';
import { createCatalogueStore } from '../adapters/dynamodb/catalogue-store.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIncidentJobs } from '../adapters/dynamodb/incident-jobs.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createSwitchStore } from '../adapters/dynamodb/pause-switch-store.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { createStormStore } from '../adapters/dynamodb/storm-store.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { createTitleClaims } from '../adapters/dynamodb/title-claims.ts';
import { createWindowStore } from '../adapters/dynamodb/window-store.ts';

/** What whoever decides on alerts reads and writes in the table. */
export const decisionStores = (table: Table) => ({
  relays: createRelayStore(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  catalogue: createCatalogueStore(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  jobs: createJobStore(table),
  windows: createWindowStore(table),
  storms: createStormStore(table),
  titles: createTitleClaims(table),
  incidentJobs: createIncidentJobs(table),
  budgets: createBudgets(table),
  switch: createSwitchStore(table),
});
