import { systemClock } from '../../adapters/clock.ts';
import { createJobStore } from '../../adapters/dynamodb/job-store.ts';
import { connectTable } from '../../adapters/dynamodb/table.ts';
import { env } from '../../adapters/environment.ts';
import { leftBehindSchema } from '../../contract/sweep.ts';
import { logger } from '../../middleware/log.ts';
import { namingJobs } from '../../middleware/story.ts';
import { task } from '../../middleware/task.ts';
import { clearSession } from '../../sessions/clear-session.ts';
import { connectServers } from '../../wiring/session-servers.ts';

const table = connectTable(env('tableName'));
const deps = {
  servers: connectServers(table),
  jobs: namingJobs(createJobStore(table)),
  clock: systemClock,
  log: logger,
};

/** Target of the sweep's events: a job has ended, and something may be left of it on its server. */
export const handler = task({
  schema: leftBehindSchema,
  ids: ({ detail }) => ({ jobId: detail.jobId }),
  run: async ({ detail }) => {
    const job = await deps.jobs.get(detail.jobId);
    if (!job || job.finishedAt === undefined || job.clearedAt !== undefined) return { status: 'nothing_left' };
    return { status: (await clearSession(deps, job)) ? 'cleared' : 'left' };
  },
});
