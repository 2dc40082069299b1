import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectExecutions } from '../../adapters/states.ts';
import { stepInputSchema } from '../../contract/relay-run.ts';
import type { StormInput } from '../../contract/storm.ts';
import { countingBudgets } from '../../middleware/budget-metrics.ts';
import { countingServices } from '../../middleware/service-metrics.ts';
import { loggingStorms } from '../../middleware/story.ts';
import { task } from '../../middleware/task.ts';
import { traceKey } from '../../middleware/trace.ts';
import { connectDecisions } from '../../wiring/decisions.ts';
import { decideStep } from './decide-step.ts';

const deps = {
  ...countingServices(countingBudgets(connectDecisions(connectTable(env('tableName'))))),
  stormExecutions: loggingStorms(connectExecutions<StormInput>(env('stormMachineArn'))),
};

/** State `Decide step` of a relay run. */
export const handler = task({
  schema: stepInputSchema,
  ids: ({ runId, alertId, step, traceparent }) => ({
    runId,
    alertId,
    ruleId: step.ruleId,
    ...traceKey(traceparent),
  }),
  run: (input) => decideStep(deps, input),
});
