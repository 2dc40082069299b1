import { systemClock } from '../adapters/clock.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { env } from '../adapters/environment.ts';
import { connectWebhookQueue } from '../adapters/queue.ts';
import { connectExecutions } from '../adapters/states.ts';
import { readStackBudget } from '../domain/rule/budget.ts';
import { decisionStores } from './decision-stores.ts';

/**
 * The ports of whatever decides on alerts and starts what it decides, now or later; storms are started by some of them
 * only.
 */
export function connectDecisions(table: Table) {
  const executions = connectExecutions(env('stateMachineArn'));
  return {
    ...decisionStores(table),
    executions,
    stopper: executions,
    webhookCalls: connectWebhookQueue(env('webhookQueueUrl')),
    stackBudget: readStackBudget(env('stackBudget')),
    clock: systemClock,
  };
}
