import * as z from 'zod';
import { type ReasonCode, reasonCodes } from '../../contract/reason-codes.ts';
import { jobIdOf } from '../job/job-id.ts';
import type { Storm } from '../storm/storm.ts';

export const decisionSchema = z.strictObject({
  alertId: z.string(),
  relayId: z.string(),
  ruleId: z.string(),
  reason: z.enum(reasonCodes),
  /** The reason in one sentence, for a person. */
  sentence: z.string(),
  jobId: z.string().optional(),
  /** The storm that holds, released or took up the alert. */
  stormId: z.string().optional(),
  /** Of a decision that stood for a while only: the one that came after it. Its count has gone over to that one. */
  followedBy: z.enum(reasonCodes).optional(),
  /** Of the count, how many have gone over to others. */
  moved: z.number().int().optional(),
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

/** A decision with what it has come to by now, and the job of the session that looks at the alert. */
export interface EffectiveDecision extends Decision {
  effectiveReason: ReasonCode;
}

/** `storm`: the one that the decision names. */
export function effectiveDecision(decision: Decision, storm: Storm | undefined): EffectiveDecision {
  const effective = effectiveReason(decision, storm);
  const jobId = decision.jobId ?? (effective === 'storm_triaged' ? storm?.jobId : undefined);
  return { ...decision, effectiveReason: effective, ...(jobId !== undefined && { jobId }) };
}

/**
 * A decision that a storm holds is not written again when the storm is over: the storm itself says what became of all
 * its alerts.
 */
export function effectiveReason(
  { reason, followedBy }: Pick<Decision, 'reason' | 'followedBy'>,
  storm: Pick<Storm, 'phase' | 'reason'> | undefined,
): ReasonCode {
  if (followedBy !== undefined) return followedBy;
  if (reason !== 'storm_held') return reason;
  if (storm?.phase === 'dispatched') return 'storm_triaged';
  return storm?.phase === 'not_dispatched' ? (storm.reason ?? reason) : reason;
}

/** Entries that the decision still stands for. */
export const openCount = ({
  count,
  moved = 0,
  followedBy,
}: Pick<Decision, 'count' | 'moved' | 'followedBy'>): number => (followedBy === undefined ? count - moved : 0);

/**
 * The reason that an entry is counted under which ends in `reason` now: what has followed that, as far as it was
 * followed.
 */
export function standingReason(reason: ReasonCode, rows: Pick<Decision, 'reason' | 'followedBy'>[]): ReasonCode {
  let standing = reason;
  for (const _ of rows) standing = rows.find((row) => row.reason === standing)?.followedBy ?? standing;
  return standing;
}

/** Another storm holds the alert than the one that its decision was followed for. */
export const isHeldAnew = (
  { reason, stormId }: Pick<Decision, 'reason' | 'stormId'>,
  rows: Pick<Decision, 'reason' | 'stormId' | 'followedBy'>[],
): boolean =>
  reason === 'storm_held' &&
  rows.some((row) => row.reason === reason && row.followedBy !== undefined && row.stormId !== stormId);

/** By time; of the same instant, what was followed comes before what followed it. */
export const inOrderOfTime = (a: Decision, b: Decision): number =>
  Date.parse(a.firstAt) - Date.parse(b.firstAt) ||
  Number(b.followedBy !== undefined) - Number(a.followedBy !== undefined);
