import type { ReasonCode } from '../contract/reason-codes.ts';

/** What one rule did with an alert, and why. */
export interface RuleDecision {
  reason: ReasonCode;
  sentence: string;
  jobId?: string;
  stormId?: string;
}

/** Of an alert that a storm has taken up. */
export const inStorm = (reason: 'storm_held' | 'storm_triaged', stormId: string): RuleDecision => ({
  reason,
  stormId,
  sentence:
    reason === 'storm_held'
      ? `Held by storm control (${stormId}): more alerts came than the rule may start sessions for at once.`
      : `It belongs to the storm ${stormId}, which has its session already.`,
});
