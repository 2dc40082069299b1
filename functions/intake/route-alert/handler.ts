import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { readTogether } from '../../adapters/dynamodb/read-together.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectRedelivery } from '../../adapters/queue.ts';
import { connectExecutions } from '../../adapters/states.ts';
import { deliverySchema } from '../../contract/delivery.ts';
import type { RelayRunInput } from '../../contract/relay-run.ts';
import type { StormInput } from '../../contract/storm.ts';
import { countingBudgets } from '../../middleware/budget-metrics.ts';
import { queue, routingMetrics } from '../../middleware/queue.ts';
import { loggingRuns, loggingSessions, loggingStorms } from '../../middleware/story.ts';
import { alertKeys } from '../../middleware/trace.ts';
import { connectDecisions } from '../../wiring/decisions.ts';
import { routeAlerts } from './route-alert.ts';

const table = readTogether(connectTable(env('tableName')));
const decisions = countingBudgets(connectDecisions(table));
const deps = {
  ...decisions,
  executions: loggingSessions(decisions.executions),
  ledger: createLedger(table),
  relayRuns: loggingRuns(connectExecutions<RelayRunInput>(env('relayRunMachineArn'))),
  stormExecutions: loggingStorms(connectExecutions<StormInput>(env('stormMachineArn'))),
  metrics: routingMetrics,
};

/** Consumer of the delivery queue. */
export const handler = queue({
  schema: deliverySchema,
  redelivery: connectRedelivery(env('deliveryQueueUrl')),
  ids: ({ deliveryId, relayId, webhookId, items }) => ({
    ...{ deliveryId, relayId, webhookId },
    ...alertKeys(items.map(({ alertId }) => alertId)),
  }),
  run: (deliveries, timeLeftMs, receives) => routeAlerts(deps, deliveries, timeLeftMs, receives),
});
