import type { AlertOccurrence } from '../contract/alert.ts';
import type { ReasonCode } from '../contract/reason-codes.ts';
import type { Alert } from './alert.ts';
import type { AgentConfig, Rule } from './rule.ts';
import { readConfig } from './rule-config.ts';
import { oneLine } from './untrusted-text.ts';

/** One entry of a delivery, before one rule. */
export interface RoutingCase {
  entry: AlertOccurrence['status'];
  /** As stored, the entry itself aside: a resolved entry may have just closed it. */
  alert: Alert;
  relay: { name: string };
  rule: Rule;
  /** Ids of the integrations that are there. */
  integrationIds: ReadonlySet<string>;
}

/** What the rule does, with the reason in one sentence for the auditor. Only `started` leads to an execution. */
export type RoutingVerdict =
  | { reason: Exclude<ReasonCode, 'started'>; sentence: string }
  | { reason: 'started'; sentence: string; config: AgentConfig };

/** Decides what one rule does with one entry. */
export function decide(input: RoutingCase): RoutingVerdict {
  const says = `The sender says that the ${named(input.alert)}`;
  switch (input.entry) {
    case 'firing':
      return decideFiring(input);
    case 'update':
      return { reason: 'update', sentence: `${says} has changed; only an alert that begins starts something.` };
    case 'acknowledged':
      return { reason: 'acknowledged', sentence: `${says} is in somebody's hands; that starts nothing.` };
    case 'resolved':
      return { reason: 'resolved', sentence: `${says} is over.` };
    case 'unknown':
      return {
        reason: 'unknown_state',
        sentence: `${says} is in no known state, for want of data; that starts nothing.`,
      };
    case 'test':
      return {
        reason: 'test',
        sentence: `A test, which starts nothing. Firing, it would be: ${sentenceIfFiring(input)}`,
      };
  }
}

/** What the rule would do if the test were a new alert. */
function sentenceIfFiring(input: RoutingCase): string {
  const { resolvedAt: _, routedAt: __, ...open } = input.alert;
  const { reason, sentence } = decideFiring({ ...input, alert: open });
  return `${reason}. ${sentence}`;
}

/** The alert's state is asked first: a closed or routed one concerns no rule. */
function decideFiring(input: RoutingCase): RoutingVerdict {
  const { alert, rule, integrationIds } = input;
  if (alert.resolvedAt !== undefined) {
    const sentence = `The ${named(alert)} was resolved at ${alert.resolvedAt}, before this entry was routed.`;
    return { reason: 'resolved', sentence };
  }
  if (alert.routedAt !== undefined) {
    const sentence = `The ${named(alert)} is open and was routed at ${alert.routedAt}; a repeat starts nothing.`;
    return { reason: 'duplicate_alert', sentence };
  }
  if (!rule.enabled) return { reason: 'rule_disabled', sentence: `Rule "${rule.name}" is switched off.` };
  const read = readConfig(rule);
  if (!read.ok) return invalid(rule, read.problem);
  if (!integrationIds.has(read.config.integrationId)) {
    return invalid(rule, `integrationId: the integration ${read.config.integrationId} is not there`);
  }
  return { reason: 'started', sentence: whyNow(input), config: read.config };
}

const invalid = (rule: Rule, problem: string): RoutingVerdict => ({
  reason: 'invalid_rule',
  sentence: `Rule "${rule.name}" cannot be used as it is stored, in version ${rule.version} (${problem}).`,
});

const whyNow = ({ alert, relay, rule }: RoutingCase): string =>
  `The ${named(alert)} of severity ${alert.severity} began at ${alert.startsAt} in relay "${relay.name}", ` +
  `and rule "${rule.name}", version ${rule.version}, is switched on and had not run for it.`;

const named = ({ id, title }: Alert): string => `alert ${id} "${oneLine(title)}"`;
