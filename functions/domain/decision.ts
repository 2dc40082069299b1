import * as z from 'zod';
import { reasonCodes } from '../contract/reason-codes.ts';
import { jobIdOf } from './job-id.ts';

export const decisionSchema = z.strictObject({
  alertId: z.string(),
  relayId: z.string(),
  ruleId: z.string(),
  reason: z.enum(reasonCodes),
  /** The reason in one sentence, for a person. */
  sentence: z.string(),
  jobId: z.string().optional(),
  /** How many accepted entries ended in this decision: repeats fold into one row. */
  count: z.number().int(),
  firstAt: z.string(),
  lastAt: z.string(),
  lastDeliveryId: z.string(),
});
/** What one rule did with one alert, and why. */
export type Decision = z.infer<typeof decisionSchema>;

/** Ids of all jobs that a decision has led to: a row of runs that users asked for stands for as many as it counts. */
export function jobIdsOf({ alertId, ruleId, reason, jobId, count }: Decision): string[] {
  if (reason === 'run_by_user') return Array.from({ length: count }, (_, index) => jobIdOf(alertId, ruleId, index + 1));
  return jobId === undefined ? [] : [jobId];
}
