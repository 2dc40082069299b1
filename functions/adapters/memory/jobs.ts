import type { Job, JobProgress } from '../../domain/job/job.ts';
import type { JobStore } from '../../ports.ts';
import type { AlertRows, MemoryAlerts } from './alerts.ts';
import { incidentJobKey } from './claims.ts';
import { newestFirst, Rows } from './rows.ts';

interface JobRows {
  jobs: Rows<Job>;
  progress: Rows<JobProgress>;
}

export const jobRows = (): JobRows => ({ jobs: new Rows(), progress: new Rows() });

/** Jobs in memory, every change a single conditional write. */
export function memoryJobs(
  { jobs, progress, incidentJobs, ...beside }: JobRows & AlertRows & { incidentJobs: Rows<string> },
  alerts: Pick<MemoryAlerts, 'writeNew'>,
  below?: Pick<JobStore, 'get'>,
): JobStore {
  const belowOf = (id: string) => async () => below?.get(id);
  const get = async (id: string) => jobs.get(id, belowOf(id));
  const changeUnfinished = async (id: string, attributes: Partial<Job>) =>
    jobs.change(
      id,
      (job) => (job && job.finishedAt === undefined ? { ...job, ...attributes } : undefined),
      belowOf(id),
    );
  const write = (job: Job, incident: string | undefined): void => {
    jobs.own.set(job.id, job);
    if (incident !== undefined) incidentJobs.own.set(incidentJobKey(job.ruleId, incident), job.id);
  };
  return {
    get,
    async createOrGet(job, incident) {
      const before = (await get(job.id)) ?? jobs.own.get(job.id);
      if (!before) write(job, incident);
      return before ?? job;
    },
    async createWithAlert(job, alert, incident) {
      if (await get(job.id)) return false;
      return alerts.writeNew(alert, () => {
        write(job, incident);
        beside.alerts.own.set(alert.id, alert);
      });
    },
    async list(ids) {
      const found = await Promise.all(ids.map(get));
      return found.filter((job) => job !== undefined);
    },
    async markStarted(id, executionArn, startedAt) {
      const isThere = await jobs.change(id, (job) => job && { ...job, executionArn, startedAt }, belowOf(id));
      if (!isThere) throw new Error(`Job ${id} is unknown`);
    },
    recordSession: async (id, session) => changeUnfinished(id, { session }),
    markPrompted: async (id, promptedAt) => changeUnfinished(id, { promptedAt }),
    recordVerification: async (id, step) => changeUnfinished(id, step),
    finish: async (id, collected, finishedAt, worktreeLeft = false) =>
      changeUnfinished(id, { collected, finishedAt, ...(worktreeLeft && { worktreeLeft }) }),
    async markCleared(id, clearedAt) {
      await jobs.change(id, (job) => (job?.finishedAt === undefined ? undefined : { ...job, clearedAt }), belowOf(id));
    },
    async markAudited(id, auditedAt) {
      await jobs.change(id, (job) => (job?.finishedAt === undefined ? undefined : { ...job, auditedAt }), belowOf(id));
    },
    recordProgress: async (id, seen) => void (await progress.change(id, () => seen)),
    getProgress: async (id) => progress.get(id),
    async *listNewest({ before }) {
      yield* newestFirst(jobs.own.values(), before);
    },
  };
}
