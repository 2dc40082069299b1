import { isGreen } from '../../contract/outcomes.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { StepInput } from '../../contract/relay-run.ts';
import type { Alert } from '../../domain/alert/alert.ts';

/** Why a group is over, for its run and for the rules whose steps are left out. */
export interface GroupVerdict {
  reason: ReasonCode;
  sentence: string;
  reasonOfRest: ReasonCode;
  sentenceOfRest: string;
}

/**
 * Why the group is over before the step. An agent that joined the alert by itself is no acknowledgement; without a
 * repeat policy nor is one by a person: it says that somebody looks, and the rules are what he finds done.
 */
export function overBefore(alert: Alert, { previous, repeatPolicy }: StepInput): GroupVerdict | undefined {
  const { resolvedAt, acknowledgedAt } = alert;
  if (resolvedAt !== undefined) {
    return both('resolved', `The alert was resolved at ${resolvedAt}, before this turn.`);
  }
  if (previous && isGreen(previous.outcome)) {
    const { ruleName, jobId, outcome } = previous;
    return both('not_needed', `Rule "${ruleName}" before it has done the work: job ${jobId} ended in ${outcome}.`);
  }
  if (repeatPolicy !== 'none' && acknowledgedAt !== undefined) {
    return both('acknowledged', `The alert was acknowledged at ${acknowledgedAt}, before this turn.`);
  }
  return undefined;
}

const both = (reason: ReasonCode, sentence: string): GroupVerdict => ({
  reason,
  sentence,
  reasonOfRest: reason,
  sentenceOfRest: sentence,
});
