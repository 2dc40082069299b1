import { createStormMembers } from '../../adapters/dynamodb/storm-members.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { stormTaskInputs } from '../../contract/storm.ts';
import { checkStorm } from '../../decisions/storms/check-storm.ts';
import { countingBudgets } from '../../middleware/budget-metrics.ts';
import { countingServices } from '../../middleware/service-metrics.ts';
import { loggingSessions } from '../../middleware/story.ts';
import { stormIds, task } from '../../middleware/task.ts';
import { connectDecisions } from '../../wiring/decisions.ts';

const table = connectTable(env('tableName'));
const decisions = countingServices(countingBudgets(connectDecisions(table)));
const deps = {
  ...decisions,
  executions: loggingSessions(decisions.executions),
  members: createStormMembers(table),
  // An alert that was held is released or not, and never held by another storm.
  stormExecutions: { start: () => Promise.reject(new Error('A storm starts no storm')) },
};

/** State `Check storm`. */
export const handler = task({
  schema: stormTaskInputs.checkStorm,
  ids: stormIds,
  run: (input) => checkStorm(deps, input),
});
