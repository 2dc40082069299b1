import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Job, jobProgressSchema, jobSchema } from '../../domain/job/job.ts';
import type { JobStore } from '../../ports.ts';
import { keys } from './keys.ts';
import { newestRows } from './newest.ts';
import { type Table, written } from './table.ts';

const UNFINISHED = 'attribute_exists(pk) AND attribute_not_exists(finishedAt)';

/** Jobs, one item each, every change a single conditional write. */
export function createJobStore(table: Table): JobStore {
  const get = async (id: string): Promise<Job | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.job(id), ConsistentRead: true }),
    );
    return Item && parse(Item);
  };

  /** Sets attributes of a job under a condition; attribute names are aliased, so none can be a reserved word. */
  const update = (id: string, attributes: Partial<Job>, condition: string): UpdateCommand => {
    const names = Object.keys(attributes);
    return new UpdateCommand({
      TableName: table.name,
      Key: keys.job(id),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(attributes).map(([name, v]) => [`:${name}`, v])),
    });
  };
  const updateUnfinished = (id: string, attributes: Partial<Job>): Promise<boolean> =>
    written(table.client.send(update(id, attributes, UNFINISHED)));

  return {
    get,

    async createOrGet(job) {
      const put = new PutCommand({
        TableName: table.name,
        Item: {
          ...keys.job(job.id),
          ...job,
          listPk: keys.listPartition('JOBS', job.id),
          listSk: keys.listSort(job),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (await written(table.client.send(put))) return job;
      return (await get(job.id)) ?? job;
    },

    async list(ids) {
      const jobs = await Promise.all(ids.map(get));
      return jobs.filter((job) => job !== undefined);
    },

    async markStarted(id, executionArn, startedAt) {
      await table.client.send(update(id, { executionArn, startedAt }, 'attribute_exists(pk)'));
    },

    recordSession: (id, session) => updateUnfinished(id, { session }),
    markPrompted: (id, promptedAt) => updateUnfinished(id, { promptedAt }),
    finish: (id, collected, finishedAt) => updateUnfinished(id, { collected, finishedAt }),

    // A row of its own, of one write unit: the job's own holds the prompt, and a write costs by the size of its row.
    async recordProgress(id, progress) {
      const { attempt, activity, at } = progress;
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.progress(id),
          UpdateExpression: 'SET attempt = :attempt, activity = :activity, #at = :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':attempt': attempt, ':activity': activity, ':at': at },
        }),
      );
    },

    async getProgress(id) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.progress(id), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk, sk, ...progress } = Item;
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
