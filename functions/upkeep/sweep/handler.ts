import { connectAuditArchive } from '../../adapters/audit-archive.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createBegunChanges } from '../../adapters/dynamodb/begun-changes.ts';
import { createBudgetUse } from '../../adapters/dynamodb/budget-store.ts';
import { createDecisionStore } from '../../adapters/dynamodb/decision-store.ts';
import { createIntegrationStore } from '../../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createLedgerDays } from '../../adapters/dynamodb/ledger-days.ts';
import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { createOpenWork } from '../../adapters/dynamodb/open-work.ts';
import { createSwitchStore } from '../../adapters/dynamodb/pause-switch-store.ts';
import { createRelayStore } from '../../adapters/dynamodb/relay-store.ts';
import { createRetiredRows } from '../../adapters/dynamodb/retired-rows.ts';
import { createSlots } from '../../adapters/dynamodb/slot-store.ts';
import { createStormStore } from '../../adapters/dynamodb/storm-store.ts';
import { createSweepLease } from '../../adapters/dynamodb/sweep-lease.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectEndedExecutions } from '../../adapters/events.ts';
import { connectExecutions } from '../../adapters/states.ts';
import { sweepInputSchema } from '../../contract/sweep.ts';
import { readStackBudget } from '../../domain/rule/budget.ts';
import { logger } from '../../middleware/log.ts';
import { countingEnds } from '../../middleware/outcome-metrics.ts';
import { sweepMetrics } from '../../middleware/sweep-metrics.ts';
import { task } from '../../middleware/task.ts';
import { sweep } from './sweep.ts';

const table = connectTable(env('tableName'));
const machines = {
  sessions: env('stateMachineArn'),
  runs: env('relayRunMachineArn'),
  storms: env('stormMachineArn'),
};
const deps = {
  open: createOpenWork(table),
  retentionDays: Number(env('alertRetentionDays')),
  retired: createRetiredRows(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  storms: createStormStore(table),
  jobs: countingEnds(createJobStore(table)),
  records: connectAuditArchive(env('auditBucket')),
  changes: createBegunChanges(table),
  relays: createRelayStore(table),
  ledger: createLedger(table),
  ledgerDays: createLedgerDays(table),
  integrations: createIntegrationStore(table),
  slots: createSlots(table),
  lease: createSweepLease(table),
  executions: {
    sessions: connectExecutions(machines.sessions),
    runs: connectExecutions(machines.runs),
    storms: connectExecutions(machines.storms),
  },
  ended: connectEndedExecutions(machines),
  switch: createSwitchStore(table),
  budgetUse: createBudgetUse(table),
  stackBudget: readStackBudget(env('stackBudget')),
  metrics: sweepMetrics,
  clock: systemClock,
  log: logger,
};

/** Target of the schedule. */
export const handler = task({
  schema: sweepInputSchema,
  ids: () => ({}),
  run: (input) => sweep(deps, input),
});
