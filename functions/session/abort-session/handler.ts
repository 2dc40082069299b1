import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { abortTimeLimits } from '../../adapters/opencode/limits.ts';
import { taskInputs } from '../../contract/execution.ts';
import { logger } from '../../middleware/log.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { abortSession } from '../../sessions/abort-session.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';

const table = connectTable(env('tableName'));
const passwords = connectPasswords();
const deps = {
  servers: connectServers(table, abortTimeLimits),
  jobs: createJobStore(table),
  clock: systemClock,
  log: logger,
};

/** State `Abort session`. */
export const handler = task({
  schema: taskInputs.abortSession,
  ids: executionIds,
  run: (input) => inTellableWords({ ...deps, passwords }, input.execution, () => abortSession(deps, input)),
});
