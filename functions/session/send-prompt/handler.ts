import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectSessionServers } from '../../adapters/opencode/session-servers.ts';
import { connectCredentials } from '../../adapters/secrets/credentials.ts';
import { taskInputs } from '../../contract/execution.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { sendPrompt } from '../../sessions/send-prompt.ts';

const deps = {
  servers: connectSessionServers({
    credentials: connectCredentials(env('secretPrefix')),
    privateHosts: env('privateHosts'),
  }),
  jobs: createJobStore(connectTable(env('tableName'))),
  clock: systemClock,
};

/** State `Send prompt`. */
export const handler = task({
  schema: taskInputs.sendPrompt,
  ids: executionIds,
  run: (input) => sendPrompt(deps, input),
});
