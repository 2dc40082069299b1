import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { taskInputs } from '../../contract/execution.ts';
import { log } from '../../middleware/log.ts';
import { sessionMetrics } from '../../middleware/session-metrics.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';
import { pollSession } from './poll-session.ts';

const table = connectTable(env('tableName'));
const deps = {
  passwords: connectPasswords(),
  servers: connectServers(table),
  jobs: createJobStore(table),
  clock: systemClock,
  log,
  metrics: sessionMetrics,
};

/** State `Poll session`. */
export const handler = task({
  schema: taskInputs.pollSession,
  ids: executionIds,
  run: (input) => inTellableWords(deps, input.execution, () => pollSession(deps, input)),
});
