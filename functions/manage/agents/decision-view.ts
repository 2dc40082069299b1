import * as z from 'zod';
import { type Decision, decisionSchema } from '../../domain/decision.ts';

/** What one rule did with an alert, how often, and why. `jobId`: of the session that it led to, the last one of several. */
export const decisionView = ({ ruleId, reason, sentence, count, firstAt, lastAt, jobId }: Decision) => ({
  ruleId,
  reason,
  sentence,
  count,
  firstAt,
  lastAt,
  jobId: jobId ?? null,
});

const { ruleId, reason, sentence, count, firstAt, lastAt } = decisionSchema.shape;

export const decisionViewSchema = z.strictObject({
  ruleId,
  reason,
  sentence,
  count,
  firstAt,
  lastAt,
  jobId: z.string().nullable(),
});
