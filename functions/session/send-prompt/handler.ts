import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { taskInputs } from '../../contract/execution.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { sendPrompt } from '../../sessions/send-prompt.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';

const table = connectTable(env('tableName'));
const passwords = connectPasswords();
const deps = {
  servers: connectServers(table),
  jobs: createJobStore(table),
  clock: systemClock,
};

/** State `Send prompt`. */
export const handler = task({
  schema: taskInputs.sendPrompt,
  ids: executionIds,
  run: (input) => inTellableWords({ ...deps, passwords }, input.execution, () => sendPrompt(deps, input)),
});
