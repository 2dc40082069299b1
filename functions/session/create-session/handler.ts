import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createSwitchStore } from '../../adapters/dynamodb/pause-switch-store.ts';
import { createRepositoryGuards } from '../../adapters/dynamodb/repository-guards.ts';
import { createSlots } from '../../adapters/dynamodb/slot-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { taskInputs } from '../../contract/execution.ts';
import { log } from '../../middleware/log.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';
import { createSession } from './create-session.ts';

const table = connectTable(env('tableName'));
const passwords = connectPasswords();
const deps = {
  servers: connectServers(table),
  guards: createRepositoryGuards(table),
  switch: createSwitchStore(table),
  slots: createSlots(table),
  jobs: createJobStore(table),
  clock: systemClock,
  log,
};

/** State `Create session`. */
export const handler = task({
  schema: taskInputs.createSession,
  ids: executionIds,
  run: (input) => inTellableWords({ ...deps, passwords }, input.execution, () => createSession(deps, input)),
});
