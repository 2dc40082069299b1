import { limits } from '../../contract/limits.ts';
import type { ReasonCode } from '../../contract/reason-codes.ts';
import type { Relay } from '../rule/relay.ts';
import type { Rule } from '../rule/rule.ts';

/**
 * Whether the step of the group's next rule is due after a rule that did this. One that could not act leaves the alert
 * to the next; one that works on it, or was paused, does not. After `started` the outcome decides, in the relay run.
 */
export function leavesToNextRule(reason: ReasonCode): boolean {
  switch (reason) {
    case 'rule_disabled':
    case 'invalid_rule':
    case 'not_matched':
    case 'no_service':
    case 'budget':
    case 'webhook_called':
      return true;
    default:
      return false;
  }
}

/** Rules that are switched on, by group, in their order. */
export const groupsOf = (rules: Rule[]): Rule[][] => [
  ...Map.groupBy(
    rules.filter(({ enabled }) => enabled),
    ({ group }) => group,
  ).values(),
];

/** Whether a relay's alerts need a run of their own: more than one step, any delay, or rounds. */
export function needsRun({ repeatPolicy }: Pick<Relay, 'repeatPolicy'>, rules: Rule[]): boolean {
  const enabled = rules.filter((rule) => rule.enabled);
  if (enabled.length === 0) return false;
  return (
    enabled.length > 1 || enabled.some(({ delayMinutes }) => delayMinutes > 0) || limits.repeatRounds[repeatPolicy] > 1
  );
}
