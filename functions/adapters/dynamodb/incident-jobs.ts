import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { IncidentJobs } from '../../ports.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const rowSchema = z.object({ jobId: z.string() });

/** One row per rule and incident key: the job that it was given last. */
export const createIncidentJobs = (table: Table): IncidentJobs => ({
  async last(ruleId, fingerprint) {
    const Key = keys.lastJob(ruleId, fingerprint);
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    return Item && rowSchema.parse(Item).jobId;
  },

  async remember(ruleId, fingerprint, jobId) {
    const Item = { ...keys.lastJob(ruleId, fingerprint), jobId };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  },
});
