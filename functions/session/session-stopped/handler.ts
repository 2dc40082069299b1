import { connectAuditArchive } from '../../adapters/audit-archive.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createCredentialScanner } from '../../adapters/credential-scanner/scanner.ts';
import { createBudgets } from '../../adapters/dynamodb/budget-store.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createRepositoryGuards } from '../../adapters/dynamodb/repository-guards.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectOutcomes } from '../../adapters/events.ts';
import { connectResults } from '../../adapters/results.ts';
import { statusChangeSchema } from '../../contract/status-change.ts';
import { log } from '../../middleware/log.ts';
import { countingEnds } from '../../middleware/outcome-metrics.ts';
import { endedKeys, namingJobs } from '../../middleware/story.ts';
import { task } from '../../middleware/task.ts';
import { recordingEnds } from '../../sessions/record-session.ts';
import { connectServers } from '../../wiring/session-servers.ts';
import { connectPasswords } from '../../wiring/told-servers.ts';
import { sessionStopped } from './session-stopped.ts';

const table = connectTable(env('tableName'));
const deps = {
  passwords: connectPasswords(),
  scanner: createCredentialScanner(),
  servers: connectServers(table),
  guards: createRepositoryGuards(table),
  jobs: recordingEnds(namingJobs(countingEnds(createJobStore(table))), {
    records: connectAuditArchive(env('auditBucket')),
    clock: systemClock,
    log,
  }),
  results: connectResults(env('resultsBucket')),
  budgets: createBudgets(table),
  publisher: connectOutcomes(env('eventBusName')),
  apiUrl: env('apiUrl'),
  clock: systemClock,
  log,
};

/** Target of the rule on the execution status change. */
export const handler = task({
  schema: statusChangeSchema,
  ids: endedKeys('jobId'),
  run: (event) => sessionStopped(deps, event),
});
