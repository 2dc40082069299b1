import { systemClock } from '../../adapters/clock.ts';
import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { createStormMembers } from '../../adapters/dynamodb/storm-members.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { stormTaskInputs } from '../../contract/storm.ts';
import { triageStorm } from '../../decisions/storms/triage-storm.ts';
import { readStackBudget } from '../../domain/rule/budget.ts';
import { countingBudgets } from '../../middleware/budget-metrics.ts';
import { logger } from '../../middleware/log.ts';
import { countingStorms } from '../../middleware/service-metrics.ts';
import { stormIds, task } from '../../middleware/task.ts';
import { decisionStores } from '../../wiring/decision-stores.ts';

const table = connectTable(env('tableName'));
const deps = {
  ...countingBudgets(decisionStores(table)),
  ledger: countingStorms(createLedger(table)),
  members: createStormMembers(table),
  stackBudget: readStackBudget(env('stackBudget')),
  clock: systemClock,
  log: logger,
};

/** State `Triage storm`. */
export const handler = task({
  schema: stormTaskInputs.triageStorm,
  ids: stormIds,
  run: (input) => triageStorm(deps, input),
});
