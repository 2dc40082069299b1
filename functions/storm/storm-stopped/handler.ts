import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { createStormMembers } from '../../adapters/dynamodb/storm-members.ts';
import { createStormStore } from '../../adapters/dynamodb/storm-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { createWindowStore } from '../../adapters/dynamodb/window-store.ts';
import { env } from '../../adapters/environment.ts';
import { connectExecutions } from '../../adapters/states.ts';
import { statusChangeSchema } from '../../contract/status-change.ts';
import { countingEnds } from '../../middleware/outcome-metrics.ts';
import { endedKeys } from '../../middleware/story.ts';
import { task } from '../../middleware/task.ts';
import { stormStopped } from './storm-stopped.ts';

const table = connectTable(env('tableName'));
const deps = {
  storms: createStormStore(table),
  members: createStormMembers(table),
  windows: createWindowStore(table),
  ledger: createLedger(table),
  jobs: countingEnds(createJobStore(table)),
  stopper: connectExecutions(env('stateMachineArn')),
  clock: systemClock,
};

/** Target of the rule on the status change of storms. */
export const handler = task({
  schema: statusChangeSchema,
  ids: endedKeys('stormId'),
  run: (event) => stormStopped(deps, event),
});
