import * as z from 'zod';
import { decisionSchema } from '../../../domain/decision/decision.ts';
import { type CallRecord, callRecordSchema, callState, callStates } from '../../../domain/webhook/call-record.ts';
import type { ShownDecision } from './work.ts';

/**
 * What one rule did with an alert, how often, and why. `effectiveReason`: what it has come to by now. `jobId`: of the
 * session that it led to, the last one of several. `call`: of a webhook rule, once it was tried.
 */
export const decisionView = (decision: ShownDecision) => ({
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
  call: decision.call ? callView(decision.call) : null,
});

const callView = ({ callId, kind, code, tries, at }: CallRecord) => ({
  id: callId,
  state: callState({ kind, tries }),
  ...{ code, tries, at },
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
  call: z
    .strictObject({
      id: z.string(),
      state: z.enum(callStates),
      ...callRecordSchema.pick({ code: true, tries: true, at: true }).shape,
    })
    .nullable(),
});
