import { systemClock } from '../adapters/clock.ts';
import { createAlertStore } from '../adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../adapters/dynamodb/decision-store.ts';
import { createIntegrationStore } from '../adapters/dynamodb/integration-store.ts';
import { createJobStore } from '../adapters/dynamodb/job-store.ts';
import { createRelayStore } from '../adapters/dynamodb/relay-store.ts';
import { createRuleStore } from '../adapters/dynamodb/rule-store.ts';
import { connectTable } from '../adapters/dynamodb/table.ts';
import { env } from '../adapters/environment.ts';
import { connectRedelivery } from '../adapters/queue.ts';
import { connectExecutions } from '../adapters/states.ts';
import { deliverySchema } from '../contract/delivery.ts';
import { queue, routingMetrics } from '../middleware/queue.ts';
import { routeAlerts } from './route-alert.ts';

const table = connectTable(env('tableName'));
const executions = connectExecutions(env('stateMachineArn'));
const deps = {
  relays: createRelayStore(table),
  rules: createRuleStore(table),
  integrations: createIntegrationStore(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  jobs: createJobStore(table),
  executions,
  stopper: executions,
  metrics: routingMetrics,
  clock: systemClock,
};

/** Consumer of the delivery queue. */
export const handler = queue({
  schema: deliverySchema,
  redelivery: connectRedelivery(env('deliveryQueueUrl')),
  ids: ({ deliveryId, relayId, webhookId }) => ({ deliveryId, relayId, webhookId }),
  run: (deliveries) => routeAlerts(deps, deliveries),
});
