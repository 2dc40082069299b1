import type { RuleDecision } from './entry-routing.ts';

/** What is said of an alert that a storm has taken up. */
export const inStorm = (reason: 'storm_held' | 'storm_triaged', stormId: string): RuleDecision => ({
  reason,
  stormId,
  sentence:
    reason === 'storm_held'
      ? `Held by storm control (${stormId}): more alerts came than the rule may start sessions for at once.`
      : `It belongs to the storm ${stormId}, which has its session already.`,
});
