import { systemClock } from '../adapters/clock.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../adapters/dynamodb/budget-store.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIncidentJobs } from '../adapters/dynamodb/incident-jobs.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { createStormStore } from '../adapters/dynamodb/storm-store.ts';
import { createSwitchStore } from '../adapters/dynamodb/switch-store.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { createTitleClaims } from '../adapters/dynamodb/title-claims.ts';
import { createWindowStore } from '../adapters/dynamodb/window-store.ts';
import { env } from '../adapters/environment.ts';
import { connectWebhookQueue } from '../adapters/queue.ts';
import { connectExecutions } from '../adapters/states.ts';
import { readStackBudget } from '../domain/budget.ts';

/** The ports of whatever decides on alerts and starts what it decides, now or later; storms are started by some of them only. */
export function connectDecisions(table: Table) {
  const executions = connectExecutions(env('stateMachineArn'));
  return {
    relays: createRelayStore(table),
    rules: createRuleStore(table),
    integrations: createIntegrationStore(table),
    alerts: createAlertStore(table),
    decisions: createDecisionStore(table),
    jobs: createJobStore(table),
    executions,
    stopper: executions,
    windows: createWindowStore(table),
    storms: createStormStore(table),
    webhookCalls: connectWebhookQueue(env('webhookQueueUrl')),
    titles: createTitleClaims(table),
    incidentJobs: createIncidentJobs(table),
    budgets: createBudgets(table),
    stackBudget: readStackBudget(env('stackBudget')),
    switch: createSwitchStore(table),
    clock: systemClock,
  };
}
