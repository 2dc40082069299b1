import * as z from 'zod';
import { reasonCodes } from '../contract/reason-codes.ts';

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
