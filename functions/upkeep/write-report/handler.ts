import { systemClock } from '../../adapters/clock.ts';
import { createCredentialScanner } from '../../adapters/credential-scanner/scanner.ts';
import { createAlertStore } from '../../adapters/dynamodb/alert-store.ts';
import { createDecisionStore } from '../../adapters/dynamodb/decision-store.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { createStormStore } from '../../adapters/dynamodb/storm-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { connectErasedResults } from '../../adapters/erased-results.ts';
import { connectReports } from '../../adapters/reports.ts';
import { connectResultReader } from '../../adapters/result-reader.ts';
import { reportInputSchema } from '../../contract/report.ts';
import { task } from '../../middleware/task.ts';
import { writeReport } from './write-report.ts';

const table = connectTable(env('tableName'));
const bucket = env('resultsBucket');
const deps = {
  jobs: createJobStore(table),
  alerts: createAlertStore(table),
  decisions: createDecisionStore(table),
  storms: createStormStore(table),
  results: connectResultReader(bucket),
  reports: connectReports(bucket),
  erasedResults: connectErasedResults(bucket),
  scanner: createCredentialScanner(),
  clock: systemClock,
};

/** Target of the rule on outcome events. The management API calls it too, before each link. */
export const handler = task({
  schema: reportInputSchema,
  ids: ({ jobId }) => ({ jobId }),
  run: ({ jobId }) => writeReport(deps, jobId),
});
