import { systemClock } from '../../adapters/clock.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../../adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectExecutions } from '../../adapters/states.ts';
import type { RelayRunInput } from '../../contract/relay-run.ts';
import { statusChangeSchema } from '../../contract/status-change.ts';
import { countingEnds } from '../../middleware/outcome-metrics.ts';
import { endedKeys } from '../../middleware/story.ts';
import { task } from '../../middleware/task.ts';
import { runStopped } from './run-stopped.ts';

const table = connectTable(env('tableName'));
const deps = {
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  jobs: countingEnds(createJobStore(table)),
  stopper: connectExecutions(env('stateMachineArn')),
  runs: connectExecutions<RelayRunInput>(env('relayRunMachineArn')),
  clock: systemClock,
};

/** Target of the rule on the status change of relay runs. */
export const handler = task({
  schema: statusChangeSchema,
  ids: endedKeys('runId'),
  run: (event) => runStopped(deps, event),
});
