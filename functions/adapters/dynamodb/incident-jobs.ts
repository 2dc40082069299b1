import * as z from 'zod';
import type { IncidentJobs } from '../../ports.ts';
import { keys } from './keys.ts';
import { getRow } from './rows.ts';
import type { Table } from './table.ts';

const rowSchema = z.object({ jobId: z.string() });

/** One row per rule and incident key: the job that it was given last, as the job store writes it. */
export const createIncidentJobs = (table: Table): IncidentJobs => ({
  async last(ruleId, incident) {
    const row = await getRow(table, keys.lastJob(ruleId, incident));
    return row && rowSchema.parse(row).jobId;
  },
});
