import { type Job, jobProgressSchema, jobSchema } from '../../domain/job/job.ts';
import type { JobStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { type Condition, createOrGetRow, getRow, isPresent, setAttributes } from './rows.ts';
import type { Table } from './table.ts';

const isUnfinished: Condition = { expression: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)' };

/** Jobs, one item each, every change a single conditional write. */
export function createJobStore(table: Table): JobStore {
  const get = async (id: string): Promise<Job | undefined> => {
    const row = await getRow(table, keys.job(id));
    return row && parse(row);
  };
  const updateUnfinished = (id: string, attributes: Partial<Job>): Promise<boolean> =>
    setAttributes(table, keys.job(id), attributes, isUnfinished);

  return {
    get,

    async createOrGet(job) {
      const listed = { listPk: keys.listPartition('JOBS', job.id), listSk: keys.listSort(job) };
      return parse(await createOrGetRow(table, keys.job(job.id), { ...job, ...listed }));
    },

    async list(ids) {
      const jobs = await Promise.all(ids.map(get));
      return jobs.filter((job) => job !== undefined);
    },

    async markStarted(id, executionArn, startedAt) {
      const isThere = await setAttributes(table, keys.job(id), { executionArn, startedAt }, isPresent);
      if (!isThere) throw new Error(`Job ${id} is unknown`);
    },

    recordSession: (id, session) => updateUnfinished(id, { session }),
    markPrompted: (id, promptedAt) => updateUnfinished(id, { promptedAt }),
    finish: (id, collected, finishedAt, worktreeLeft = false) =>
      updateUnfinished(id, { collected, finishedAt, ...(worktreeLeft && { worktreeLeft }) }),

    // A row of its own, of one write unit: the job's own holds the prompt, and a write costs by the size of its row.
    async recordProgress(id, { attempt, activity, at }) {
      await setAttributes(table, keys.progress(id), { attempt, activity, at });
    },

    async getProgress(id) {
      const row = await getRow(table, keys.progress(id));
      if (!row) return undefined;
      const { pk, sk, ...progress } = row;
      return jobProgressSchema.parse(progress);
    },

    async *listNewest({ before, expected }) {
      const span = { before: before && keys.listSort(before), expected };
      for await (const row of newestRows(table, keys.listPartitions('JOBS'), span)) yield parse(row);
    },
  };
}

function parse({ pk, sk, listPk, listSk, ...job }: Record<string, unknown>): Job {
  return jobSchema.parse(job);
}
