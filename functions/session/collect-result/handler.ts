import { connectAuditArchive } from '../../adapters/audit-archive.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createCredentialScanner } from '../../adapters/credential-scanner/scanner.ts';
import { createBudgets } from '../../adapters/dynamodb/budget-store.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createRepositoryGuards } from '../../adapters/dynamodb/repository-guards.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectResults } from '../../adapters/results.ts';
import { taskInputs } from '../../contract/execution.ts';
import { log } from '../../middleware/log.ts';
import { countingEnds } from '../../middleware/outcome-metrics.ts';
import { executionIds, task } from '../../middleware/task.ts';
import { collectResult } from '../../sessions/collect-result.ts';
import { keepResult } from '../../sessions/keep-result.ts';
import { recordingEnds } from '../../sessions/record-session.ts';
import { refuseCancelled } from '../../sessions/refuse-cancelled.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';

const table = connectTable(env('tableName'));
const deps = {
  passwords: connectPasswords(),
  scanner: createCredentialScanner(),
  servers: connectServers(table),
  guards: createRepositoryGuards(table),
  jobs: recordingEnds(countingEnds(createJobStore(table)), {
    records: connectAuditArchive(env('auditBucket')),
    clock: systemClock,
    log,
  }),
  results: connectResults(env('resultsBucket')),
  budgets: createBudgets(table),
  clock: systemClock,
  log,
};

/** States `Keep result`, `Collect result` and `Record outcome`. */
export const handler = task({
  schema: taskInputs.collectResult,
  ids: executionIds,
  run: async (input) => {
    const collected = await (input.keep ? keepResult(deps, input) : collectResult(deps, input));
    refuseCancelled(collected);
    return collected;
  },
});
