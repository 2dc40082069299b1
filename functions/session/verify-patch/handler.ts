import { createCredentialScanner } from '../../adapters/credential-scanner/scanner.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { taskInputs } from '../../contract/execution.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { inTellableWords } from '../../sessions/screen.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';
import { verifyPatch } from './verify-patch.ts';

const table = connectTable(env('tableName'));
const deps = {
  passwords: connectPasswords(),
  scanner: createCredentialScanner(),
  servers: connectServers(table),
  jobs: createJobStore(table),
};

/** States `Start checks` and `Look at checks`. */
export const handler = task({
  schema: taskInputs.verifyPatch,
  ids: executionIds,
  run: (input) => inTellableWords(deps, input.execution, () => verifyPatch(deps, input)),
});
