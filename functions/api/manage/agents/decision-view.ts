import * as z from 'zod';
import { decisionSchema, type EffectiveDecision } from '../../../domain/decision/decision.ts';

/**
 * What one rule did with an alert, how often, and why. `effectiveReason`: what it has come to by now. `jobId`: of the
 * session that it led to, the last one of several.
 */
export const decisionView = (decision: EffectiveDecision) => ({
  ruleId: decision.ruleId,
  reason: decision.reason,
  effectiveReason: decision.effectiveReason,
  sentence: decision.sentence,
  count: decision.count,
  firstAt: decision.firstAt,
  lastAt: decision.lastAt,
  jobId: decision.jobId ?? null,
  stormId: decision.stormId ?? null,
  followedBy: decision.followedBy ?? null,
});

const { ruleId, reason, sentence, count, firstAt, lastAt } = decisionSchema.shape;

export const decisionViewSchema = z.strictObject({
  ruleId,
  reason,
  effectiveReason: reason,
  sentence,
  count,
  firstAt,
  lastAt,
  jobId: z.string().nullable(),
  stormId: z.string().nullable(),
  followedBy: reason.nullable(),
});
