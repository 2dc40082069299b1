import { createAlertStore } from '../../functions/adapters/dynamodb/alert-store.ts';
import { createBudgets } from '../../functions/adapters/dynamodb/budget-store.ts';
import { createDecisionStore } from '../../functions/adapters/dynamodb/decision-store.ts';
import { createIncidentJobs } from '../../functions/adapters/dynamodb/incident-jobs.ts';
import { createIntegrationStore } from '../../functions/adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../../functions/adapters/dynamodb/job-store.ts';
import { createLedger } from '../../functions/adapters/dynamodb/ledger-store.ts';
import { createRelayStore } from '../../functions/adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../../functions/adapters/dynamodb/rule-store.ts';
import { createStormMembers } from '../../functions/adapters/dynamodb/storm-members.ts';
import { createStormStore } from '../../functions/adapters/dynamodb/storm-store.ts';
import { createSwitchStore } from '../../functions/adapters/dynamodb/switch-store.ts';
import type { Table } from '../../functions/adapters/dynamodb/table.ts';
import { createTitleClaims } from '../../functions/adapters/dynamodb/title-claims.ts';
import { createWindowStore } from '../../functions/adapters/dynamodb/window-store.ts';
import { survive } from '../support/chaos.ts';
import { differentAlerts } from '../support/different-alerts.ts';
import { sampleIntegration, sampleRelay, sampleRule } from '../support/fakes/routing-samples.ts';
import { startTable } from '../support/table.ts';

export interface RoutingCounts {
  alerts: number;
  sessions: number;
  storms: number;
  /** Calls of DynamoDB by their name. */
  calls: Map<string, number>;
}

/** Routes different alerts on a table of its own, and counts what it asks of it until everything is decided. */
export async function countRouting(alerts: number, perDelivery: number, overMs: number): Promise<RoutingCounts> {
  const { table, stop } = await startTable();
  try {
    await seed(table);
    const calls = new Map<string, number>();
    table.client.middlewareStack.add(
      (next, { commandName = 'unknown' }) =>
        (args) => {
          calls.set(commandName, (calls.get(commandName) ?? 0) + 1);
          return next(args);
        },
      { step: 'initialize' },
    );
    const trouble = { seed: 1, fails: 0, dies: 0, skewsMs: [0], twice: 0 };
    const sent = differentAlerts(alerts, perDelivery, overMs);
    const { starts, world } = await survive([sampleRule()], sent, trouble, storesOf(table));
    return { alerts, sessions: starts.length, storms: world.stormExecutions.size, calls };
  } finally {
    await stop();
  }
}

const storesOf = (table: Table) => ({
  relays: createRelayStore(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  ledger: createLedger(table),
  jobs: createJobStore(table),
  windows: createWindowStore(table),
  storms: createStormStore(table),
  members: createStormMembers(table),
  titles: createTitleClaims(table),
  incidentJobs: createIncidentJobs(table),
  budgets: createBudgets(table),
  switch: createSwitchStore(table),
});

async function seed(table: Table): Promise<void> {
  const { createdAt, updatedAt } = sampleRelay;
  const webhook = { id: 'wh_1', relayId: sampleRelay.id, webhookKey: 'key', provider: null, enabled: true };
  await createRelayStore(table).create(sampleRelay, { ...webhook, createdAt, updatedAt });
  await createIntegrationStore(table).create(sampleIntegration);
  await createRuleStore(table).create(sampleRule());
}
