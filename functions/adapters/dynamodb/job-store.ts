import { type Job, jobProgressSchema, jobSchema } from '../../domain/job/job.ts';
import type { JobStore } from '../../ports.ts';
import { alertAction, pointersTo } from './alert-store.ts';
import { keys } from './keys.ts';
import { newRows } from './new-rows.ts';
import { newestRows } from './newest.ts';
import { type Condition, getRow, isAbsent, isPresent, setAttributes } from './rows.ts';
import type { Table } from './table.ts';
import type { PutAction } from './transact.ts';

const isUnfinished: Condition = { expression: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)' };

/** What is still to be done once a job has ended, by the attribute that says when it was. */
type EndTask = 'clearedAt' | 'auditedAt';

const isFinished = (other: string): Condition => ({ expression: `attribute_exists(finishedAt) AND ${other}` });

const allJobs = (['JOBS#open', 'JOBS#ending', 'JOBS#ended'] as const).flatMap(keys.listPartitions);

/** Jobs, one item each, every change a single conditional write. */
export function createJobStore(table: Table): JobStore {
  const get = async (id: string): Promise<Job | undefined> => {
    const row = await getRow(table, keys.job(id));
    return row && parseJob(row);
  };
  const create = newRows(table);
  const updateUnfinished = (id: string, attributes: Partial<Job>): Promise<boolean> =>
    setAttributes(table, keys.job(id), attributes, isUnfinished);

  /** A job leaves the list of those that are ending with the last of its tasks, whichever that is. */
  const markDone = async (id: string, done: EndTask, other: EndTask, at: string): Promise<void> => {
    const alone = () =>
      setAttributes(table, keys.job(id), { [done]: at }, isFinished(`attribute_not_exists(${other})`));
    const listed = { listPk: keys.listPartition('JOBS#ended', id) };
    const last = () =>
      setAttributes(table, keys.job(id), { [done]: at, ...listed }, isFinished(`attribute_exists(${other})`));
    // The other one may be done in between; nothing takes it back. Usually the record is written first.
    const order = done === 'auditedAt' ? [alone, last, alone] : [last, alone, last];
    for (const attempt of order) if (await attempt()) return;
  };

  return {
    get,

    async createOrGet(job, incident) {
      const isNew = await create({ actions: jobActions(job, incident), pointers: [] });
      return (isNew ? undefined : await get(job.id)) ?? job;
    },

    createWithAlert: (job, alert, incident) =>
      create({ actions: [...jobActions(job, incident), alertAction(alert)], pointers: pointersTo(alert) }),

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
    recordVerification: (id, step) => updateUnfinished(id, step),
    finish: (id, collected, finishedAt, worktreeLeft = false) => {
      const listed = { listPk: keys.listPartition('JOBS#ending', id) };
      const attributes = { collected, finishedAt, ...(worktreeLeft && { worktreeLeft }), ...listed };
      return setAttributes(table, keys.job(id), attributes, isUnfinished);
    },

    markCleared: (id, at) => markDone(id, 'clearedAt', 'auditedAt', at),
    markAudited: (id, at) => markDone(id, 'auditedAt', 'clearedAt', at),

    // A row of its own, of one write unit: the job's own holds the prompt, and a write costs by the size of its row.
    async recordProgress(id, { attempt, activity, at }) {
      await setAttributes(table, keys.progress(id), { attempt, activity, at });
    },

    async getProgress(id) {
      const row = await getRow(table, keys.progress(id));
      if (!row) return undefined;
      const { pk, sk, expiresAt, ...progress } = row;
      return jobProgressSchema.parse(progress);
    },

    async *listNewest({ before, expected }) {
      const span = { before: before && keys.listSort(before), expected };
      for await (const row of newestRows(table, allJobs, span)) yield parseJob(row);
    },
  };
}

function jobActions(job: Job, incident: string | undefined): PutAction[] {
  const listed = { listPk: keys.listPartition('JOBS#open', job.id), listSk: keys.listSort(job) };
  const row = { ...keys.job(job.id), ...job, ...listed };
  const last = incident === undefined ? [] : [{ put: { ...keys.lastJob(job.ruleId, incident), jobId: job.id } }];
  return [{ put: row, condition: isAbsent }, ...last];
}

export function parseJob({ pk, sk, listPk, listSk, expiresAt, ...job }: Record<string, unknown>): Job {
  return jobSchema.parse(job);
}
