import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createLedger } from '../../adapters/dynamodb/ledger-store.ts';
import { createStormMembers } from '../../adapters/dynamodb/storm-members.ts';
import { createStormStore } from '../../adapters/dynamodb/storm-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectResultReader } from '../../adapters/result-reader.ts';
import { stormTaskInputs } from '../../contract/storm.ts';
import { stormIds, task } from '../../middleware/task.ts';
import { recordRootCause } from './record-root-cause.ts';

const table = connectTable(env('tableName'));
const deps = {
  storms: createStormStore(table),
  jobs: createJobStore(table),
  members: createStormMembers(table),
  ledger: createLedger(table),
  answers: connectResultReader(env('resultsBucket')),
};

/** State `Record root cause`. */
export const handler = task({
  schema: stormTaskInputs.recordRootCause,
  ids: stormIds,
  run: (input) => recordRootCause(deps, input),
});
