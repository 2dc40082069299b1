import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { taskInputs } from '../../contract/execution.ts';
import { logger } from '../../middleware/log.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';
import { sendFindings } from './send-findings.ts';

const table = connectTable(env('tableName'));
const passwords = connectPasswords();
const deps = { servers: connectServers(table), jobs: createJobStore(table), log: logger };

/** State `Send findings`. */
export const handler = task({
  schema: taskInputs.sendFindings,
  ids: executionIds,
  run: (input) => inTellableWords({ ...deps, passwords }, input.execution, () => sendFindings(deps, input)),
});
